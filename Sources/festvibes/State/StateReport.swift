import Contracts
import Foundation
import Time

/// The checkpoints of a dataset's items, for `festvibes state`.
struct StateReport {
  let dataset: Dataset
  /// Each item with its state; nil for one that no run has had yet.
  let items: [(item: WorkItem, state: CheckpointState?)]
  /// Documents that are not loaded, and not tried again.
  var setAside: [SetAsideDocument] = []

  /// True if the last run of an item failed, or if a document is set aside.
  var hasFailure: Bool { !setAside.isEmpty || items.contains { $0.state?.status == .failed } }

  func lines(for terminal: Terminal, zone: TimeZone) -> [String] {
    var table = TextTable([
      .init(title: "item"), .init(title: "checkpoint", minimum: 12), .init(title: "type", rank: 1),
      .init(title: "last run"), .init(title: "last success", rank: 2), .init(title: "records", isRight: true, rank: 3),
      .init(title: "status", minimum: 12),
    ])
    func time(_ date: Date?) -> TextTable.Cell { .init(date.map { zonedTime($0, in: zone) } ?? "never") }
    table.rows = items.map { item, state in
      [
        .init(item.id), state?.checkpoint.map { .init($0.value) } ?? .init("none", .dim),
        .init(state?.checkpoint?.type.rawValue ?? ""), time(state?.lastRunAt), time(state?.lastSuccessAt),
        .init(state?.totalRecords ?? 0), status(of: state),
      ]
    }
    return table.lines(width: terminal.size?.width, colors: terminal.colors) + seriesLines(for: terminal)
      + setAside.flatMap(lines)
  }

  /// The last loaded point of each series.
  private func seriesLines(for terminal: Terminal) -> [String] {
    var table = TextTable([
      .init(title: "item", rank: 1), .init(title: "series", minimum: 12), .init(title: "last point"),
    ])
    table.rows = items.flatMap { item, state in
      (state?.series ?? [:]).sorted { $0.key < $1.key }.map { [.init(item.id), .init($0.key), .init($0.value)] }
    }
    return table.rows.isEmpty ? [] : [""] + table.lines(width: terminal.size?.width, colors: terminal.colors)
  }

  private func lines(_ document: SetAsideDocument) -> [String] {
    [
      "", "set aside, \(document.attempts) loads of it failed: \(document.key)", "  \(document.reason)",
      "  next: correct the cause, then `festvibes replay --dataset \(dataset.id) --item \(document.item) "
        + "--run \(document.run)`",
    ]
  }

  private func status(of state: CheckpointState?) -> TextTable.Cell {
    switch state?.status {
    case .success: .init("success")
    case .failed: .init("failed: \(state?.errorMessage ?? "")", .red)
    case nil: .init("not run yet", .dim)
    }
  }

  /// The JSON object. A member that is not known is null.
  struct Object: Encodable {
    struct Item: Encodable {
      let item: String
      @OrNull var checkpoint: String?
      @OrNull var type: String?
      @OrNull var lastRunAt: String?
      @OrNull var lastSuccessAt: String?
      @OrNull var lastFailureAt: String?
      let totalRuns: Int
      let totalRecords: Int
      let lastRecords: Int
      @OrNull var status: String?
      @OrNull var error: String?
      @OrNull var run: String?
      /// The time of the last point of each series.
      let series: [String: String]

      enum CodingKeys: String, CodingKey {
        case item, checkpoint, type, status, error, run, series
        case lastRunAt = "last_run_at"
        case lastSuccessAt = "last_success_at"
        case lastFailureAt = "last_failure_at"
        case totalRuns = "total_runs"
        case totalRecords = "total_records"
        case lastRecords = "last_records"
      }

      init(_ item: WorkItem, _ state: CheckpointState) {
        func time(_ date: Date?) -> String? { date.map { RFC3339.utc(roundingToMilliseconds: $0) } }
        self.item = item.id
        checkpoint = state.checkpoint?.value
        type = state.checkpoint?.type.rawValue
        lastRunAt = time(state.lastRunAt)
        lastSuccessAt = time(state.lastSuccessAt)
        lastFailureAt = time(state.lastFailureAt)
        (totalRuns, totalRecords, lastRecords) = (state.totalRuns, state.totalRecords, state.lastRecords)
        status = state.status?.rawValue
        error = state.errorMessage
        run = state.lastRun
        series = state.series
      }
    }

    let dataset: String
    /// `postgres`, `s3` or `file`.
    let state: String
    let items: [Item]
    let setAside: [Document]

    enum CodingKeys: String, CodingKey {
      case dataset, state, items
      case setAside = "set_aside"
    }
  }

  /// A document that is set aside.
  struct Document: Encodable {
    let key: String
    let run: String
    let item: String
    let attempts: Int
    let reason: String

    init(_ document: SetAsideDocument) {
      (key, run, item) = (document.key, document.run, document.item)
      (attempts, reason) = (document.attempts, document.reason)
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let object = Object(
      dataset: dataset.id, state: dataset.kept?.kind.rawValue ?? "",
      items: items.map { Object.Item($0.item, $0.state ?? CheckpointState()) }, setAside: setAside.map(Document.init))
    return String(decoding: try encoder.encode(object), as: UTF8.self)
  }
}

/// The result of `festvibes state --reset`.
struct ResetReport {
  let dataset: Dataset
  let item: WorkItem
  /// The checkpoint that was removed; nil if there was none.
  let before: Checkpoint?

  var line: String {
    let what =
      before.map { "The checkpoint of \(dataset.id), item \(item), is removed: it was \($0)." }
      ?? "\(dataset.id), item \(item), had no checkpoint."
    return "\(what) Its next run reads everything that the source has."
  }

  func json() throws -> String {
    try JSONText.line([
      "dataset": dataset.id, "item": item.id, "checkpoint": NSNull(), "before": before?.value ?? NSNull() as Any,
    ])
  }
}
