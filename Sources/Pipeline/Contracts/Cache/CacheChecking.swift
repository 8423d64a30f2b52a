import FoundationEssentials
import Time

/// The state of one item in a cache.
public enum CacheCheck: Equatable, Sendable {
  /// The cache does not have the item.
  case absent
  /// The cache has the item.
  /// - Parameter isCurrent: true if the value is, byte for byte, what would be published now.
  case present(isCurrent: Bool)
}

/// A comparison of a cache with what the sinks hold. It only reads.
public protocol CacheChecking {
  /// Compares items, and returns the state of each, by its id. An item that the cache cannot hold is left out.
  /// - Throws: an error of the cache or of the database.
  func check(_ items: [WorkItem], deadline: Deadline) throws(PipelineError) -> [String: CacheCheck]

  /// Returns the time by which the cache has dropped an item that was written at a given time; nil if it stays.
  func expiry(of item: WorkItem, writtenAt: Date) -> Date?
}
