import Contracts
import Foundation

/// A run as the JSON object that `--json` prints. Sources/festvibes/README.md documents the keys; each is always present.
struct RunObject {
  let progress: RunProgress
  let dataset: Dataset
  let now: Date
  /// The run whose items are tried again; nil for another run.
  var retryOf: String?

  var fields: [String: Any] {
    let total = progress.total
    let failure = progress.failure?.counting(failed: progress.failed.count, of: progress.items.count)
    return [
      "run": progress.name, "dataset": dataset.id, "status": progress.outcome.rawValue,
      "retry_of": Self.nullable(retryOf),
      "started_at": progress.startedAt.ISO8601Format(),
      "ended_at": Self.nullable(progress.endedAt?.ISO8601Format()),
      "seconds": (progress.duration(at: now) * 1000).rounded() / 1000,
      "error": Self.nullable(failure?.name), "message": Self.nullable(failure?.message),
      "counts": [
        "items": progress.items.count, "done": progress.done.count, "failed": progress.failed.count,
        "aborted": progress.aborted.count, "not_tried": progress.notTried.count,
        "incomplete": progress.incomplete.count,
      ],
      "records": Self.records(total), "remarks": progress.remarks,
      "items": progress.items.map { item($0) },
      "next": Self.nullable(RunAdvice(progress: progress, dataset: dataset).step?.command),
    ]
  }

  func item(_ item: ItemProgress) -> [String: Any] {
    var state = "waiting"
    var (stage, error, message, notice): (String?, String?, String?, String?)
    var outcome: ItemOutcome?
    switch item.state {
    case .waiting: state = progress.status.isFinal ? "not_tried" : "waiting"
    case .running(let running): (state, stage) = ("running", running?.rawValue)
    case .done(let done): (state, outcome, notice) = ("done", done, done.notice)
    case .failed(let failure, let location):
      (state, stage, error, message) = ("failed", location?.name, failure.name, failure.message)
    case .aborted(let location): (state, stage) = ("aborted", location?.name)
    }
    return [
      "item": item.item, "state": state, "stage": Self.nullable(stage), "error": Self.nullable(error),
      "message": Self.nullable(message), "notice": Self.nullable(notice),
      "records": outcome.map { Self.records($0) as Any } ?? NSNull(),
    ]
  }

  private static func records(_ outcome: ItemOutcome) -> [String: Int] {
    [
      "found": outcome.found, "new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged,
      "rejected": outcome.rejected, "cancelled": outcome.cancelled, "cached": outcome.cached,
      "pages_failed": outcome.pagesFailed,
    ]
  }

  static func nullable(_ value: Any?) -> Any { value ?? NSNull() }
}
