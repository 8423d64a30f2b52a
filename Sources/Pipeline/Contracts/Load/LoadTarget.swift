/// The order to load one extract document.
public struct LoadTarget: Equatable, Sendable {
  public let dataset: Dataset
  public let item: WorkItem
  /// The document's key in S3. A document is loaded once: loading the same key again changes nothing.
  public let key: String
  public let run: String?
  /// Loads a document that would cancel most of the item's stored records, and takes its pages as they are, even if most
  /// have lost a field.
  public let allowsShrinkage: Bool
  /// The numbers of pages that the document was made of; nil if they are not known.
  public let pages: PageCounts?
  /// True if the sink may write the load into the ledger, with its data. False for one of several sinks: the ledger has one
  /// row and one quarantine for a document, and the loader writes what all of them together have to say.
  public var writesLedger = true
  /// The checkpoint that moves with the load; nil for a dataset without `incremental`. One in Postgres is written where the
  /// ledger is.
  public var checkpoint: CheckpointCommit?
  /// The breaches of the dataset's expectations, which the ledger keeps with the load; nil for a dataset without any.
  public var checked: CheckResult?

  public init(
    dataset: Dataset, item: WorkItem, key: String, run: String? = nil, allowsShrinkage: Bool = false,
    pages: PageCounts? = nil
  ) {
    self.dataset = dataset
    self.item = item
    self.key = key
    self.run = run
    self.allowsShrinkage = allowsShrinkage
    self.pages = pages
  }
}
