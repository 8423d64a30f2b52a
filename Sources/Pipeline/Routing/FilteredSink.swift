import Contracts
import FoundationEssentials
import Time

/// A sink that takes those of an item's records that a filter accepts. The sink itself knows nothing of it: its document has
/// these records only.
public class FilteredSink: Sink {
  /// The sink that has the records.
  public let sink: any Sink
  let filter: RecordFilter

  fileprivate init(_ sink: any Sink, _ filter: RecordFilter) {
    self.sink = sink
    self.filter = filter
  }

  /// Returns a sink for the records that a filter accepts; the sink itself if there is none.
  public static func narrowing(_ sink: any Sink, to filter: RecordFilter?) -> any Sink {
    guard let filter else { return sink }
    return sink is any PartedSink ? FilteredPartedSink(sink, filter) : FilteredSink(sink, filter)
  }

  public var name: String { sink.name }
  public var isInDatabase: Bool { sink.isInDatabase }
  public var keepsRecords: Bool { sink.keepsRecords }

  public func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    try load(PartedDocument(alone: document, at: target.key), for: target, deadline: deadline)
  }

  public func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun {
    try dryRun(PartedDocument(alone: document, at: target.key), for: target, deadline: deadline)
  }

  /// Loads the records that the filter accepts. The ledger is the loader's: it has what becomes of all records.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    var target = target
    target.writesLedger = false
    let narrowed = try NarrowedDocument(document, filter, key: target.key)
    return narrowed.widened(try sink.loadAll(narrowed.document, for: target, deadline: deadline))
  }

  /// Reports what `load` would change, and changes nothing.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    var target = target
    target.writesLedger = false
    let narrowed = try NarrowedDocument(document, filter, key: target.key)
    let result = try sink.dryRunAll(narrowed.document, for: target, deadline: deadline)
    return DryRun(report: narrowed.widened(result.report), differences: result.differences)
  }
}

/// The same, for a sink that takes documents in parts.
private final class FilteredPartedSink: FilteredSink, PartedSink {}
