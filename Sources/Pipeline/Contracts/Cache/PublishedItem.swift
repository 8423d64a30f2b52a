/// An item as a publisher has written it.
public struct PublishedItem: Equatable, Sendable {
  public var item: WorkItem
  /// The number of records.
  public var records: Int
  /// The seconds after which the cache drops the item; nil if it stays.
  public var lifetime: Int?

  public init(item: WorkItem, records: Int, lifetime: Int? = nil) {
    self.item = item
    self.records = records
    self.lifetime = lifetime
  }
}
