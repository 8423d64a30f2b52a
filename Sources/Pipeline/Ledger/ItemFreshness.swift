import FoundationEssentials
import Time

/// How fresh the stored day is.
public struct ItemFreshness: Equatable, Sendable {
  public var date: CalendarDate
  /// Scheduled events.
  public var shows: Int
  /// When the last document that counts was loaded, and by which run; nil when none was.
  public var loadedAt: Date?
  public var run: String?
  /// Records of that document that are set aside.
  public var openRejections: Int
  /// The last failure since, with its run.
  public var failure: ItemFailure?
  public var failedRun: String?
}
