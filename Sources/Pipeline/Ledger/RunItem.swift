import Contracts
import FoundationEssentials

/// A work item of a run as the ledger has it. An item that is neither loaded nor failed was not reached yet, or is in
/// progress.
public struct RunItem: Equatable, Sendable {
  public struct Load: Equatable, Sendable {
    /// The key of the extract document in S3.
    public var rawKey: String
    public var loadedAt: Date
    public var isSuperseded: Bool
    public var records: RecordCounts
    /// The pages that the document was made of; nil if they are not known.
    public var pages: PageCounts?
  }

  public var item: WorkItem
  public var load: Load?
  /// The failure. An item can be loaded and failed, if its cache could not be written.
  public var failure: ItemFailure?

  public init(item: WorkItem, load: Load? = nil, failure: ItemFailure? = nil) {
    self.item = item
    self.load = load
    self.failure = failure
  }
}
