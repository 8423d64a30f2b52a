import FoundationEssentials
import Time

/// A day of a dataset as the calendar shows it.
public struct ReportedDay: Equatable, Sendable {
  /// The worst that is known of a day. The first cases are worse than the last.
  public enum State: String, CaseIterable, Sendable {
    /// Its last load failed.
    case failed
    /// A run had it, and it was never loaded.
    case stale
    /// No finished run had it, though the plan of the last one has it.
    case gap
    /// The source lists it, with many of its pages unread.
    case listed
    /// Loaded; its cached value has expired, or was never written.
    case loaded
    /// Loaded and cached.
    case cached
    /// Loaded, and nothing was ever found.
    case empty
    /// No finished run had it, and it is over.
    case past
    /// No finished run had it, nor does the plan of the last one have it.
    case future

    /// True of a day of which nothing is known, and nothing is missing.
    var isUnknown: Bool { self == .past || self == .future }
  }

  public var date: CalendarDate
  public var state: State
  /// The number of stored records by the last load; nil if it was never loaded.
  public var records: Int?
  public var listedAt: Date?
  public var loadedAt: Date?
  public var cachedAt: Date?
  public var expiresAt: Date?
  public var openRejections: Int
  /// The failure, or what is missing; empty for nothing.
  public var note: String

  public init(
    date: CalendarDate, state: State, records: Int? = nil, listedAt: Date? = nil, loadedAt: Date? = nil,
    cachedAt: Date? = nil, expiresAt: Date? = nil, openRejections: Int = 0, note: String = ""
  ) {
    self.date = date
    self.state = state
    self.records = records
    self.listedAt = listedAt
    self.loadedAt = loadedAt
    self.cachedAt = cachedAt
    self.expiresAt = expiresAt
    self.openRejections = openRejections
    self.note = note
  }
}
