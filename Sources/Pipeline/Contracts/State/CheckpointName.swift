/// The identity of a checkpoint: a work item of a dataset.
public struct CheckpointName: Hashable, Sendable, CustomStringConvertible {
  /// The name of the dataset's extractor.
  public let sourceType: String
  public let dataset: String
  public let item: String
  /// True if the dataset's one item is always the same, so that its name says nothing.
  public let isOnlyItem: Bool

  public init(sourceType: String, dataset: String, item: String, isOnlyItem: Bool) {
    self.sourceType = sourceType
    self.dataset = dataset
    self.item = item
    self.isOnlyItem = isOnlyItem
  }

  /// `DATASET` for a dataset of one item, else `DATASET/ITEM`. Neither an id of a dataset nor one of an item has a `/`.
  public var sourceName: String { isOnlyItem ? dataset : "\(dataset)/\(item)" }
  public var description: String { sourceName }
}

/// The order to move a checkpoint with a load.
public struct CheckpointCommit: Equatable, Sendable {
  public let name: CheckpointName
  public let span: CheckpointSpan

  public init(_ name: CheckpointName, _ span: CheckpointSpan) {
    self.name = name
    self.span = span
  }
}
