/// The place of a dataset's checkpoints, by the section `state` of its definition.
public struct StateSettings: Equatable, Sendable {
  /// A backend of checkpoints.
  public enum Kind: String, CaseIterable, Sendable {
    /// The table `etl_checkpoints`, in the transaction of the load.
    case postgres
    /// An object for each item.
    case s3
    /// A file for each item, for runs in one process.
    case file
  }

  public let kind: Kind
  /// True if the dataset's plan has one item that is always the same.
  public let hasOneItem: Bool
  /// The name of the dataset's extractor, which the programs that do not use extractors need for a checkpoint's name, too;
  /// nil for `Dataset.extractor`.
  public var sourceType: String?
  /// For s3: the bucket; nil for that of the data.
  public var bucket: String?
  /// For s3: the bucket's region; nil for that of the data's bucket.
  public var region: String?
  /// For s3: the object's key. For file: the path of the file. Nil for `state/DATASET/ITEM.json`.
  public var path: String?
  /// For file: system 002's `path`, a key in the data bucket; below a folder of this machine if there is no bucket.
  public var bucketKey: String?

  public init(_ kind: Kind, hasOneItem: Bool) {
    self.kind = kind
    self.hasOneItem = hasOneItem
  }
}

extension Dataset {
  /// The place of what is kept about the dataset's items: checkpoints, or the last times of series; nil if nothing is.
  public var kept: StateSettings? { state ?? watermarks }

  /// The name under which an item's state is kept; nil if nothing is.
  public func stateName(of item: WorkItem) -> CheckpointName? { kept.map { name(of: item, $0) } }

  /// The name of an item's checkpoint; nil for a dataset without `incremental`.
  public func checkpointName(of item: WorkItem) -> CheckpointName? {
    state.map { name(of: item, $0) }
  }

  private func name(of item: WorkItem, _ state: StateSettings) -> CheckpointName {
    CheckpointName(
      sourceType: state.sourceType ?? extractor, dataset: id, item: item.id, isOnlyItem: state.hasOneItem)
  }
}
