import FoundationEssentials
import Pipeline
import Time
import Warehouse

/// What the state machine tells the ledger, by way of the loader, which has the database at hand:
///
///     {"ledger": {"run": "nightly-1", "opened": {"trigger": "schedule", "started_at": "2024-05-31T08:00:00Z",
///                                                "dates": ["2024-05-31"]}}}
///     {"ledger": {"run": "nightly-1", "failed": {"date": "2024-05-31", "stage": "scrape", "error": "SourceChanged",
///                                                "cause": "…", "failed_at": "2024-05-31T08:00:09Z"}}}
///     {"ledger": {"run": "nightly-1", "closed": {"trigger": …, "started_at": …, "dates": …,
///                                                "ended_at": "2024-05-31T08:03:00Z", "failed_dates": ["2024-05-31"]}}}
///
/// A run that was given up is closed with `error` and `cause` in place of `failed_dates`, and `dates` may be empty then;
/// beside `failed_dates`, `cause` tells what else was left undone.
/// `trigger` is schedule, manual or replay, `stage` scrape, load or cache. A field that is not in this list is an error:
/// it would be something that the ledger loses.
public struct LedgerRequest: Decodable, Equatable {
  /// Names of executions have 80 characters at most; a document may have been loaded by another.
  static let longestRun = 200

  let run: String
  let entry: LedgerEntry

  public init(from decoder: any Decoder) throws {
    let fields = try StrictFields(decoder, known: ["run", "opened", "failed", "closed"])
    run = try fields.text("run")
    guard run.count <= Self.longestRun else { throw fields.wrong("run", "is too long") }
    guard let kind = fields.oneOf("opened", "failed", "closed") else {
      throw PipelineError(.invalidInput, "ledger must have one of opened, failed and closed")
    }
    switch kind {
    case "opened":
      let fact = try fields.object(kind, known: ["trigger", "started_at", "dates"])
      let opening = try fact.opening()
      guard !opening.dates.isEmpty else { throw fact.wrong("dates", "is empty") }
      entry = .opened(opening)
    case "failed":
      let fact = try fields.object(kind, known: ["date", "stage", "error", "cause", "failed_at"])
      entry = .failed(
        DateFailure(
          date: try CalendarDate(input: fact.text("date"), named: fact.path("date")), stage: try fact.name("stage"),
          error: try fact.text("error"), cause: try fact.textIfPresent("cause"), failedAt: try fact.time("failed_at")))
    default:
      let fact = try fields.object(
        kind, known: ["trigger", "started_at", "dates", "ended_at", "failed_dates", "error", "cause"])
      entry = .closed(try fact.closing())
    }
  }
}

extension StrictFields {
  fileprivate func opening() throws -> RunOpening {
    RunOpening(trigger: try name("trigger"), startedAt: try time("started_at"), dates: try dates("dates"))
  }

  fileprivate func closing() throws -> RunClosing {
    let opening = try opening()
    let endedAt = try time("ended_at")
    guard endedAt >= opening.startedAt else { throw wrong("ended_at", "lies before started_at") }
    guard has("error") != has("failed_dates") else {
      throw PipelineError(.invalidInput, "ledger.closed must have either failed_dates or error")
    }
    if has("error") {
      let outcome = RunClosing.Outcome.failed(error: try text("error"), cause: try textIfPresent("cause"))
      return RunClosing(opening: opening, endedAt: endedAt, outcome: outcome)
    }
    let failed = try dates("failed_dates")
    guard !opening.dates.isEmpty else { throw wrong("dates", "is empty") }
    guard Set(failed).isSubset(of: opening.dates) else { throw wrong("failed_dates", "has a date that dates has not") }
    return RunClosing(
      opening: opening, endedAt: endedAt, outcome: .finished(failedDates: failed, cause: try textIfPresent("cause")))
  }
}
