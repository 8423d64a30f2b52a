import Contracts
import FoundationEssentials
import Routing
import Time

/// Loads documents into their datasets' sinks, and writes into the ledger what no sink has written.
struct DocumentLoad {
  /// Returns the store of a dataset's checkpoints; nil if it has none.
  typealias Checkpoints = (Dataset) throws(PipelineError) -> (any CheckpointStore)?

  /// The largest document that is loaded, in bytes. The scraper stores none beyond half of it, but its former versions had
  /// no limit. A load takes up to six times the document, and the function has 256 MB.
  static let maximumDocumentBytes = 16 << 20

  /// Returns the rules about a dataset's documents; nil if it has none.
  typealias Checks = (Dataset) throws(PipelineError) -> (any DocumentCheck)?

  let sinks: (Dataset) throws(PipelineError) -> [any Sink]
  let checks: Checks
  let read: LoaderHandler.Reader
  /// Nil without a database.
  let ledger: (any RunLedger)?
  let checkpoints: Checkpoints
  /// Returns the sinks that the dataset's definition leaves out, and why.
  let leftOut: (Dataset) throws(PipelineError) -> [String]
  let time: any TimeSource

  /// - Throws: `InvalidInput` if no document has the key, `StorageCorrupt` for one that is too large, `SourceChanged` for one
  ///   that is not as the dataset expects, and the errors of the raw store, the sinks and the ledger. One sink that fails,
  ///   fails the item; others have loaded the document, which is safe to repeat.
  func load(_ target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    // Before the document is read: their settings may be wrong.
    let sinks = try sinks(target.dataset)
    return try load(document(target.key, deadline), of: target, into: sinks, deadline: deadline)
  }

  /// Loads a document that was read already.
  func load(_ document: Data, of target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    try load(document, of: target, into: sinks(target.dataset), deadline: deadline)
  }

  private func load(
    _ document: Data, of target: LoadTarget, into sinks: [any Sink], deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    guard document.count <= Self.maximumDocumentBytes else {
      throw PipelineError(
        .storageCorrupt,
        "\(target.key) has \(document.count) bytes, and the loader takes at most \(Self.maximumDocumentBytes). Nothing was "
          + "changed. A replay of the item makes a document that can be loaded, if its archive is there")
    }
    let parted = try PartedDocument(document, at: target.key) { (key, deadline) throws(PipelineError) in
      try self.document(key, deadline)
    }
    let commit = try commit(of: document, target)
    let sinks = DatasetSinks(sinks)
    try sinks.check(parted, for: target)
    var part = target
    part.checked = try checks(target.dataset)?.check(parted, for: target, deadline: deadline)
    part.writesLedger = sinks.isOne
    // With the load, in the ledger's transaction.
    if target.dataset.state?.kind == .postgres { part.checkpoint = commit }
    var report = try sinks.load(parted, for: part, deadline: deadline)
    report.leftOut = try leftOut(target.dataset)
    if let checked = part.checked { report.add(checked) }
    if !report.isInLedger || !sinks.isOne {
      try ledger?.recordLoad(report, of: document, for: part, deadline: deadline)
    }
    if part.checkpoint == nil, let commit { try move(commit, report, target, deadline) }
    if target.dataset.watermarks != nil { try note(report, target, deadline) }
    return report
  }

  /// Returns the move of the checkpoint that a document asks for; nil for a dataset without `incremental`, and for a document
  /// that was made before the dataset had it.
  /// - Throws: `StorageCorrupt` for a document whose checkpoints cannot be read.
  private func commit(of document: Data, _ target: LoadTarget) throws(PipelineError) -> CheckpointCommit? {
    guard let name = target.dataset.checkpointName(of: target.item),
      let span = try CheckpointSpan(of: document, key: target.key)
    else { return nil }
    return CheckpointCommit(name, span)
  }

  /// Moves a checkpoint that is not in the database, after all sinks and the ledger have the load. If that fails, the load is
  /// repeated, which changes nothing but the checkpoint.
  private func move(
    _ commit: CheckpointCommit, _ report: LoadReport, _ target: LoadTarget, _ deadline: Deadline
  ) throws(PipelineError) {
    guard let store = try checkpoints(target.dataset) else { return }
    let now = time.now
    try store.update(commit.name, deadline: deadline) { state in
      state.load(
        commit.span, isSuperseded: !report.movesCheckpoint, records: report.records.found, run: target.run,
        key: target.key, at: now)
    }
  }

  /// Notes the last times of series, after all sinks and the ledger have the load. If that fails, the load is repeated, which
  /// writes nothing but them.
  private func note(_ report: LoadReport, _ target: LoadTarget, _ deadline: Deadline) throws(PipelineError) {
    guard let name = target.dataset.stateName(of: target.item), let store = try checkpoints(target.dataset) else {
      return
    }
    let now = time.now
    try store.update(name, deadline: deadline) { state in
      state.load(report.watermarks, records: report.records.found, run: target.run, key: target.key, at: now)
    }
  }

  private func document(_ key: String, _ deadline: Deadline) throws(PipelineError) -> Data {
    guard let document = try read(key, deadline) else {
      throw PipelineError(.invalidInput, "s3_key names no object: there is no document at \(key)")
    }
    return document
  }
}
