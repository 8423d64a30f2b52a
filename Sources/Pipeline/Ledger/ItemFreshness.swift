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
  /// The time at which the source last confirmed what was loaded.
  public var listedAt: Date?
  /// The pages of the last load; nil if they are not known.
  public var pages: PageCounts?
  /// True if the last load found nothing, and no load ever found anything.
  public var isEmpty = false
  /// True if a run that has ended had the item.
  public var isCovered = false
  /// The last time that the item was written to the cache, and when the cache drops it.
  public var cachedAt: Date?
  public var expiresAt: Date?
}
