import FoundationEssentials
import Time

/// A sink that loads an item whose records are in several documents. Its report has the JSON of every rejected record.
public protocol PartedSink: Sink {
  /// Loads all documents, or none of them. Positions of records go on from document to document.
  /// - Throws: as `Sink.load`.
  func load(_ document: PartedDocument, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport

  /// Reports what `load` would change, and changes nothing.
  func dryRun(_ document: PartedDocument, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun
}

extension PartedSink {
  public func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    try load(PartedDocument(alone: document, at: target.key), for: target, deadline: deadline)
  }

  public func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun {
    try dryRun(PartedDocument(alone: document, at: target.key), for: target, deadline: deadline)
  }
}

extension Sink {
  /// Refuses a document in parts, unless the sink takes those.
  /// - Throws: `ConfigurationInvalid`.
  public func check(_ document: PartedDocument, for target: LoadTarget) throws(PipelineError) {
    guard document.parts != nil, !(self is any PartedSink) else { return }
    throw PipelineError(
      .configurationInvalid,
      "\(target.key) has \(document.count) parts, and the sink \(name) takes documents of one part only: divide the "
        + "dataset into smaller items, or load it into the sink postgres. Nothing was changed")
  }

  /// Loads a document with all its parts.
  /// - Throws: as `load` and `check`.
  public func loadAll(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    try check(document, for: target)
    guard document.parts != nil, let sink = self as? any PartedSink else {
      return try load(document.head, for: target, deadline: deadline)
    }
    return try sink.load(document, for: target, deadline: deadline)
  }

  /// Reports what `loadAll` would change, and changes nothing.
  /// - Throws: as `dryRun` and `check`.
  public func dryRunAll(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    try check(document, for: target)
    guard document.parts != nil, let sink = self as? any PartedSink else {
      return try dryRun(document.head, for: target, deadline: deadline)
    }
    return try sink.dryRun(document, for: target, deadline: deadline)
  }
}
