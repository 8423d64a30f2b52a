import Contracts
import FoundationEssentials

/// The freshness of what is stored of a work item.
public struct ItemFreshness: Equatable, Sendable {
  public var item: WorkItem
  /// The time of the last load that took effect; nil if the item was never loaded.
  public var loadedAt: Date?
  /// The run of that load.
  public var run: String?
  /// The number of quarantined records that no later document has resolved.
  public var openRejections: Int
  /// The last failure since that load.
  public var failure: ItemFailure?
  /// The run of that failure.
  public var failedRun: String?
}
