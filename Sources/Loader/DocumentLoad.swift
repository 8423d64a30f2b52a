import Contracts
import FoundationEssentials
import Time

/// Loads documents into their datasets' sinks, and writes into the ledger what no sink has written.
struct DocumentLoad {
  /// The largest document that is loaded, in bytes. The scraper stores none beyond half of it, but its former versions had
  /// no limit. A load takes up to six times the document, and the function has 256 MB.
  static let maximumDocumentBytes = 16 << 20

  let sinks: (Dataset) throws(PipelineError) -> [any Sink]
  let read: LoaderHandler.Reader
  let ledger: any RunLedger

  /// - Throws: `InvalidInput` if no document has the key, `StorageCorrupt` for one that is too large, and the errors of the
  ///   raw store, the sinks and the ledger. The first sink that fails, fails the item; those before it have loaded the
  ///   document, which is safe to repeat.
  func load(_ target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    let sinks = try sinks(target.dataset)
    return try load(try document(target.key, deadline), of: target, into: sinks, deadline: deadline)
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
    // Before any of them has loaded it.
    for sink in sinks { try sink.check(parted, for: target) }
    var reports: [LoadReport] = []
    var part = target
    part.writesLedger = sinks.count == 1
    for sink in sinks {
      let report = try sink.loadAll(parted, for: part, deadline: deadline)
      // The ledger refuses such counts, too, but its error does not name the sink.
      try report.records.check("\(target.dataset.dataType) of \(target.item) in \(type(of: sink))")
      reports.append(report)
    }
    let report = LoadReport(combining: reports)
    if !report.isInLedger || sinks.count > 1 {
      try ledger.recordLoad(report, of: document, for: target, deadline: deadline)
    }
    return report
  }

  private func document(_ key: String, _ deadline: Deadline) throws(PipelineError) -> Data {
    guard let document = try read(key, deadline) else {
      throw PipelineError(.invalidInput, "s3_key names no object: there is no document at \(key)")
    }
    return document
  }
}
