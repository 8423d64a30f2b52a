import Contracts
import FoundationEssentials

/// Changes records between parser and document.
public protocol Transform: AnyObject {
  /// Changes records of an item, which may come in batches. A record that cannot be changed is rejected by name, and costs no other.
  /// - Throws: `ConfigurationInvalid`, or an error that fails the item.
  func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records
}

/// The facts that transforms may add to records. The run is none of them: a replay must make the same records again.
public struct TransformContext {
  public let dataset: Dataset
  public let item: WorkItem
  /// The time at which the source was read: in a replay that of the archive, so that its records are the same.
  public let readAt: Date

  /// The facts that go on from batch to batch of the item.
  public let memory: TransformMemory

  public init(dataset: Dataset, item: WorkItem, readAt: Date, memory: TransformMemory = TransformMemory()) {
    self.memory = memory
    self.dataset = dataset
    self.item = item
    self.readAt = readAt
  }
}
