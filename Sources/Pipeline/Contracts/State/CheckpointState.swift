import FoundationEssentials
import Time

/// The stored state of a work item: its checkpoint, and what became of its runs. Each backend stores all of it, and changes
/// it by the functions here.
public struct CheckpointState: Equatable, Sendable {
  /// The end of an item's last run.
  public enum Status: String, CaseIterable, Codable, Sendable {
    case success, failed
  }

  /// Characters of an error's message.
  public static let maximumMessage = 500

  /// Nil before the first load, and after a reset.
  public var checkpoint: Checkpoint?
  /// The time of the item's last load or failure.
  public var lastRunAt: Date?
  public var lastSuccessAt: Date?
  public var lastFailureAt: Date?
  /// The runs that loaded the item, or failed at it.
  public var totalRuns = 0
  /// Records of all loaded documents, rejected ones included.
  public var totalRecords = 0
  /// Records of the last loaded document.
  public var lastRecords = 0
  /// Nil before the first run.
  public var status: Status?
  /// The error of the last run, if it failed.
  public var errorMessage: String?
  /// The time of the last loaded point of each series, by the series' codes; empty for a dataset without series. A fact for
  /// people: nothing is left out of a load because of it.
  public var series: [String: String] = [:]
  /// The name of the last run, so that a stage that is repeated counts once.
  public var lastRun: String?
  /// The key of the last loaded document, so that one that is loaded twice counts once.
  public var lastDocument: String?

  public init() {}

  /// Takes a load: moves the checkpoint if `CheckpointSpan.moves` allows it, and counts.
  /// - Parameters:
  ///   - span: the checkpoints of the document.
  ///   - isSuperseded: true if a later document had been loaded, so that this one changed no stored record. It never moves
  ///     the checkpoint: its changes are not in the destination because of it.
  ///   - key: the document's key.
  ///   - now: the time of the load.
  /// - Returns: true if the checkpoint moved.
  @discardableResult
  public mutating func load(
    _ span: CheckpointSpan, isSuperseded: Bool, records: Int, run: String?, key: String, at now: Date
  ) -> Bool {
    let moves = !isSuperseded && span.moves(checkpoint)
    if moves { checkpoint = span.after }
    count(records: records, run: run, key: key, at: now)
    return moves
  }

  /// Takes a load of series. A document that is loaded again changes nothing.
  /// - Parameters:
  ///   - watermarks: the last times of the series that the document has replaced.
  ///   - key: the document's key.
  ///   - now: the time of the load.
  public mutating func load(
    _ watermarks: [String: String], records: Int, run: String?, key: String, at now: Date
  ) {
    let before = series
    // A document that ends earlier, such as that of the month before, has taken no later point away.
    series.merge(watermarks) { last, new in
      guard let known = RFC3339.parse(last), let next = RFC3339.parse(new) else { return new }
      return next.date < known.date ? last : new
    }
    guard series != before || lastDocument != key || status != .success else { return }
    count(records: records, run: run, key: key, at: now)
  }

  private mutating func count(records: Int, run: String?, key: String, at now: Date) {
    if lastDocument != key {
      totalRecords += records
      lastRecords = records
      lastDocument = key
    }
    count(run: run ?? key)
    lastRunAt = max(lastRunAt ?? now, now)
    lastSuccessAt = max(lastSuccessAt ?? now, now)
    (status, errorMessage) = (.success, nil)
  }

  /// Takes a failure of the item. One that is reported after a later run's load does not replace its status.
  public mutating func fail(_ failure: ItemFailure, run: String) {
    let isLate = lastRunAt.map { failure.failedAt < $0 && lastRun != run } ?? false
    lastFailureAt = max(lastFailureAt ?? failure.failedAt, failure.failedAt)
    guard !isLate else { return }
    count(run: run)
    lastRunAt = max(lastRunAt ?? failure.failedAt, failure.failedAt)
    status = .failed
    let message = "\(failure.error)" + (failure.cause.map { ": \($0)" } ?? "")
    errorMessage = message.count > Self.maximumMessage ? "\(message.prefix(Self.maximumMessage - 1))…" : message
  }

  private mutating func count(run: String) {
    guard lastRun != run else { return }
    totalRuns += 1
    lastRun = run
  }
}

/// The object of the backends `s3` and `file`: the columns of `etl_checkpoints`, with the checkpoint in one member.
extension CheckpointState: Codable {
  private enum CodingKeys: String, CodingKey {
    case checkpoint, series, status
    case lastRunAt = "last_run_at"
    case lastSuccessAt = "last_success_at"
    case lastFailureAt = "last_failure_at"
    case totalRuns = "total_runs"
    case totalRecords = "total_records_processed"
    case lastRecords = "last_records_processed"
    case errorMessage = "error_message"
    case lastRun = "last_run"
    case lastDocument = "last_document"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    // Required, be it null: an object of another program is not taken for a first run.
    checkpoint = try container.decode(Checkpoint?.self, forKey: .checkpoint)
    func time(_ key: CodingKeys) throws -> Date? {
      guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
      guard let time = RFC3339.parse(text)?.date else {
        throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "it is no time")
      }
      return time
    }
    lastRunAt = try time(.lastRunAt)
    lastSuccessAt = try time(.lastSuccessAt)
    lastFailureAt = try time(.lastFailureAt)
    totalRuns = try container.decode(Int.self, forKey: .totalRuns)
    totalRecords = try container.decode(Int.self, forKey: .totalRecords)
    lastRecords = try container.decode(Int.self, forKey: .lastRecords)
    status = try container.decodeIfPresent(Status.self, forKey: .status)
    errorMessage = try container.decodeIfPresent(String.self, forKey: .errorMessage)
    lastRun = try container.decodeIfPresent(String.self, forKey: .lastRun)
    lastDocument = try container.decodeIfPresent(String.self, forKey: .lastDocument)
    series = try container.decodeIfPresent([String: String].self, forKey: .series) ?? [:]
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(checkpoint, forKey: .checkpoint)
    func put(_ time: Date?, _ key: CodingKeys) throws {
      try container.encodeIfPresent(time.map { RFC3339.utc(roundingToMilliseconds: $0) }, forKey: key)
    }
    try put(lastRunAt, .lastRunAt)
    try put(lastSuccessAt, .lastSuccessAt)
    try put(lastFailureAt, .lastFailureAt)
    try container.encode(totalRuns, forKey: .totalRuns)
    try container.encode(totalRecords, forKey: .totalRecords)
    try container.encode(lastRecords, forKey: .lastRecords)
    try container.encodeIfPresent(status, forKey: .status)
    try container.encodeIfPresent(errorMessage, forKey: .errorMessage)
    try container.encodeIfPresent(lastRun, forKey: .lastRun)
    try container.encodeIfPresent(lastDocument, forKey: .lastDocument)
    if !series.isEmpty { try container.encode(series, forKey: .series) }
  }
}
