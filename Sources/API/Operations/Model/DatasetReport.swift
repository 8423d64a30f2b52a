import FoundationEssentials
import Time

/// One dataset: its last runs, its days, and what was rejected.
public struct DatasetReport: Equatable, Sendable {
  /// Records in quarantine with one reason.
  public struct Rejections: Equatable, Sendable {
    public var reason: String
    public var count: Int
    /// The items that have them; the first ones.
    public var items: [String]
    /// The oldest of them.
    public var since: Date

    public init(reason: String, count: Int, items: [String], since: Date) {
      (self.reason, self.count, self.items, self.since) = (reason, count, items, since)
    }
  }

  public var id: String
  /// One line of its definition; empty without one.
  public var summary: String
  /// The word for its records: `events`.
  public var records: String
  /// True if it is published to a cache.
  public var isCached: Bool
  /// The day in its zone.
  public var today: CalendarDate
  /// Newest first.
  public var runs: [ReportedRun]
  /// In order, without a hole; empty for a dataset whose items are no days.
  public var days: [ReportedDay]
  /// The time of the last load that took effect.
  public var loadedAt: Date?
  /// The start of the last complete run, that is, with the status success.
  public var completeAt: Date?
  /// The items whose last load failed, or that were never loaded.
  public var staleItems: Int
  public var openRejections: Int
  /// Most frequent first; the first ones.
  public var rejections: [Rejections]
  /// The command that lists them; nil if there are none.
  public var rejectedCommand: String?

  public init(
    id: String, summary: String = "", records: String = "records", isCached: Bool = false, today: CalendarDate,
    runs: [ReportedRun] = [], days: [ReportedDay] = [], loadedAt: Date? = nil, completeAt: Date? = nil,
    staleItems: Int = 0, openRejections: Int = 0, rejections: [Rejections] = [], rejectedCommand: String? = nil
  ) {
    self.id = id
    self.summary = summary
    self.records = records
    self.isCached = isCached
    self.today = today
    self.runs = runs
    self.days = days
    self.loadedAt = loadedAt
    self.completeAt = completeAt
    self.staleItems = staleItems
    self.openRejections = openRejections
    self.rejections = rejections
    self.rejectedCommand = rejectedCommand
  }
}
