import Contracts
import FoundationEssentials
import JSON

/// The cursors of an item's records, as they come: leaves out what is before the checkpoint, and finds the next one.
struct CursorWindow {
  /// Seconds by which a cursor may be later than the reading: zones and clocks differ. A later one is a mistake of the source,
  /// or an entry that is published in advance. As a checkpoint it would leave out everything that comes before its time.
  private static let tolerance = 86_400

  private let incremental: Incremental
  private let before: Checkpoint?
  private let start: CheckpointPosition?
  /// The greatest cursor of the records that are in the document, as records or as rejections by name.
  private var newest: Checkpoint?
  /// The cursor of the last record that had one.
  private var last: CheckpointPosition?
  /// True if a cursor came after a smaller one.
  private var ascends = false
  /// True if a cursor came after a greater one.
  private var descends = false
  private var count = 0
  private var readable = 0
  private var leftOut = 0
  private var unreadable: (count: Int, first: String) = (0, "")
  private var future: (count: Int, first: String) = (0, "")

  /// - Parameter before: the checkpoint of the run.
  /// - Throws: `ConfigurationInvalid` for a checkpoint of another type than the definition's.
  init(_ incremental: Incremental, after before: Checkpoint?, of dataset: Dataset, _ item: WorkItem)
    throws(PipelineError)
  {
    if let before, before.type != incremental.type {
      throw PipelineError(
        .configurationInvalid,
        "the checkpoint of \(item) is of the type \(before.type.rawValue), and extract.incremental.type is now "
          + "\(incremental.type.rawValue): start again with `festvibes state \(dataset.id) --reset \(item)`")
    }
    self.incremental = incremental
    self.before = before
    start = Incremental.start(after: before, lagSeconds: incremental.lagSeconds)
  }

  /// The cursor of a record that is kept.
  struct Place {
    /// The record's origin.
    let origin: String
    let cursor: Checkpoint
  }

  /// Looks at records, in the order of the source.
  /// - Returns: those that are kept, and the cursors of those among them that have one.
  mutating func take(_ records: ArraySlice<SourceRecord>) -> (kept: [SourceRecord], places: [Place]) {
    var kept: [SourceRecord] = []
    var places: [Place] = []
    kept.reserveCapacity(records.count)
    for record in records {
      count += 1
      switch incremental.read(record.fields) {
      case .absent: kept.append(record)
      case .unreadable(let value):
        if unreadable.count == 0 { unreadable.first = value }
        unreadable.count += 1
        kept.append(record)
      case .found(let cursor):
        readable += 1
        if let last, cursor.position.isBefore(last) == true { descends = true }
        if let last, last.isBefore(cursor.position) == true { ascends = true }
        last = cursor.position
        if incremental.leavesOut, let start, cursor.position.isBefore(start) == true {
          leftOut += 1
        } else {
          kept.append(record)
          places.append(Place(origin: record.origin, cursor: cursor))
        }
      }
    }
    return (kept, places)
  }

  /// Counts the cursors of records that went through the transforms.
  /// - Parameters:
  ///   - dropped: the origins of the records that a filter has dropped.
  ///   - records: what became of the others.
  ///   - readAt: the time at which the source was read.
  mutating func count(_ places: [Place], dropped: Set<String>, records: [SourceRecord], readAt: Date) {
    let limit = Int(readAt.timeIntervalSince1970) + Self.tolerance
    var gone: Set<String> = []
    if !dropped.isEmpty {
      gone = Set(dropped.map(Self.source)).subtracting(records.map { Self.source($0.origin) })
    }
    for place in places where gone.isEmpty || !gone.contains(place.origin) {
      if case .time(let seconds, _) = place.cursor.position, seconds > limit {
        if future.count == 0 { future.first = place.cursor.value }
        future.count += 1
        continue
      }
      if newest.map({ $0.isBefore(place.cursor) == true }) ?? true { newest = place.cursor }
    }
  }

  /// The origin of the source's record, of which a filter may have made several: `ID#17` of `ID#17.0`.
  private static func source(_ origin: String) -> String {
    guard let mark = origin.lastIndex(of: "#"), let dot = origin[mark...].firstIndex(of: ".") else { return origin }
    return String(origin[..<dot])
  }

  /// Problems of cursors, and the number of records that were left out.
  var warnings: [RowProblem] {
    var warnings: [RowProblem] = []
    if leftOut > 0, let before {
      warnings.append(
        RowProblem(reason: "\(leftOut) of \(count) records are before the checkpoint \(before), and were left out"))
    }
    if unreadable.count > 0 {
      warnings.append(
        RowProblem(
          reason: "the cursor \(incremental.cursor) of \(unreadable.count) of \(count) records is not of the type "
            + "\(incremental.type.rawValue), or too long: they are kept, and do not move the checkpoint. The first: "
            + "'\(unreadable.first)'"))
    }
    if future.count > 0 {
      warnings.append(
        RowProblem(
          reason: "the cursor \(incremental.cursor) of \(future.count) of \(count) records is more than a day after "
            + "the reading: they are kept, and do not move the checkpoint. The first: '\(future.first)'"))
    }
    return warnings
  }

  /// Returns the checkpoints around the extract.
  /// - Parameters:
  ///   - isCut: true if the source may have more records than were read.
  ///   - lacksPages: true if a page in the middle may be missing.
  /// - Returns: the checkpoints, and the reason why the second one is not what the records promise; nil if there is none.
  func end(isCut: Bool, lacksPages: Bool) -> (span: CheckpointSpan, notice: String?) {
    let stays = CheckpointSpan(before: before, after: before)
    guard let newest, before.map({ $0.isBefore(newest) == true }) ?? true else {
      if isCut, readable > 0, !descends, let before {
        // Sorted by the cursor, the next run would read the same records again, and never those behind them.
        return (
          stays,
          "the source has more records than were read, and those that were read end before the checkpoint \(before)"
            + ": raise the limit, or lower lag_seconds"
        )
      }
      guard count > 0, readable == 0 else { return (stays, nil) }
      return (
        stays,
        "none of \(count) records has a cursor at \(incremental.cursor), so that the checkpoint stays"
          + ": correct extract.incremental"
      )
    }
    // Records with one cursor only prove no order: those behind them may be earlier ones.
    guard lacksPages || isCut && (descends || !ascends) else {
      return (CheckpointSpan(before: before, after: newest), nil)
    }
    let reason =
      lacksPages
      ? "pages could not be read"
      : "the source may have more records than were read, and they are not in ascending order of \(incremental.cursor)"
    return (
      stays,
      "\(reason): the checkpoint stays\(before.map { " at \($0)" } ?? ""). "
        + (lacksPages ? "The next run reads them again" : "Sort by the cursor, or raise the limit")
    )
  }
}
