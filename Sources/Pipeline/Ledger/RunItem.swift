import FoundationEssentials
import Time

/// A date of a run as the ledger has it. Neither loaded nor failed: it was not come to, or is under way.
public struct RunItem: Equatable, Sendable {
  public struct Load: Equatable, Sendable {
    public var rawKey: String
    public var loadedAt: Date
    public var isSuperseded: Bool
    public var events: RecordCounts
    public var cancelled: Int
  }

  public var date: CalendarDate
  public var load: Load?
  /// It may be there beside the load, when the cache could not be written.
  public var failure: ItemFailure?
}
