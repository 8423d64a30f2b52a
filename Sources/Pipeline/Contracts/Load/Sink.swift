import FoundationEssentials
import Time

/// A destination of a dataset's records. Every sink accepts the same document twice, and works beside other processes:
/// several loaders, each with its own instance, load items of a run at the same time.
public protocol Sink: AnyObject {
  /// The name for a person: the plugin, and where it stores. Several sinks of a dataset are told apart by it.
  var name: String { get }
  /// True for a sink of the ledger's database. It loads after the others.
  var isInDatabase: Bool { get }
  /// False for a sink that sends records on: another sink of the dataset, if there is one, says what is stored.
  var keepsRecords: Bool { get }

  /// Loads an extract document.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's; a retryable error if the
  ///   destination is not reachable.
  func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport

  /// Reports what `load` would change, and changes nothing.
  func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun
}

extension Sink {
  public var name: String { "\(type(of: self))" }
  public var isInDatabase: Bool { false }
  public var keepsRecords: Bool { true }
}
