import Contracts
import FoundationEssentials
import FunctionSupport
import LambdaRuntime
import Time

/// The third function of a work item: loads an extract document into the dataset's sinks. It also keeps the ledger of
/// runs, because it is connected to the database.
public struct LoaderHandler {
  /// Reads a document by its key.
  public typealias Reader = (_ key: String, Deadline) throws(PipelineError) -> Data

  /// The largest document that is loaded, in bytes. The scraper stores none beyond half of it, but its former versions had
  /// no limit. A load takes up to six times the document, and the function has 256 MB.
  static let maximumDocumentBytes = 16 << 20

  private let dataset: (_ id: String?) throws(PipelineError) -> Dataset
  private let sinks: (Dataset) throws(PipelineError) -> [any Sink]
  private let read: Reader
  private let ledger: any RunLedger
  let checkpoints: (Dataset) throws(PipelineError) -> (any CheckpointStore)?

  /// - Parameters:
  ///   - dataset: returns the dataset with an id, or the default one.
  ///   - sinks: returns the dataset's sinks, in the order in which they load.
  ///   - checkpoints: returns the store of a dataset's checkpoints; asked for a dataset with `incremental` only.
  public init(
    dataset: @escaping (_ id: String?) throws(PipelineError) -> Dataset,
    sinks: @escaping (Dataset) throws(PipelineError) -> [any Sink], reading read: @escaping Reader,
    ledger: any RunLedger,
    checkpoints: @escaping (Dataset) throws(PipelineError) -> (any CheckpointStore)? = { _ in nil }
  ) {
    self.dataset = dataset
    self.sinks = sinks
    self.read = read
    self.ledger = ledger
    self.checkpoints = checkpoints
  }

  public func handle(_ request: LoaderRequest, _ context: LambdaContext) throws -> LoaderResponse {
    switch request {
    case .load(let request): .load(try handle(request, context))
    case .ledger(let request): .ledger(try handle(request, context))
    }
  }

  func handle(_ request: LedgerRequest, _ context: LambdaContext) throws -> FunctionResponse<LedgerResponse> {
    let dataset = try dataset(request.dataset)
    context.metrics.note("dataset", dataset.id)
    context.metrics.note("run", request.run)
    if case .failed(let failure) = request.event { context.metrics.note("item", failure.item.id) }
    let record = try ledger.record(request.event, ofRun: request.run, in: dataset, deadline: context.deadline)
    let items = try takeCheckpoints(of: request, in: dataset, context)
    context.log.info(
      "run \(request.run): \(record?.summary ?? "not opened yet, a failed item recorded"); \(context.metrics.took)")
    return FunctionResponse(LedgerResponse(run: request.run, record: record, items: items))
  }

  /// - Throws: `InvalidInput` for a request that does not name a document and its item, `StorageCorrupt` for a document
  ///   that is too large, and the errors of the raw store, the sinks and the ledger. The first sink that fails, fails the
  ///   item; those before it have loaded the document, which is safe to repeat.
  func handle(_ request: LoadRequest, _ context: LambdaContext) throws -> FunctionResponse<LoadResponse> {
    let dataset = try dataset(request.dataset)
    let target = try request.target(in: dataset)
    context.metrics.note("dataset", dataset.id)
    context.metrics.note("item", target.item.id)
    if let date = target.item.date { context.metrics.note("date", "\(date)") }
    if let run = target.run { context.metrics.note("run", run) }
    let sinks = try sinks(dataset)
    let document = try read(target.key, context.deadline)
    guard document.count <= Self.maximumDocumentBytes else {
      throw PipelineError(
        .storageCorrupt,
        "\(target.key) has \(document.count) bytes, and the loader takes at most \(Self.maximumDocumentBytes). Nothing was "
          + "changed. A replay of the item makes a document that can be loaded, if its archive is there")
    }
    let parted = try PartedDocument(document, at: target.key, reading: read)
    let commit = try commit(of: document, target)
    // Before any of them has loaded it.
    for sink in sinks { try sink.check(parted, for: target) }
    var reports: [LoadReport] = []
    var part = target
    part.writesLedger = sinks.count == 1
    // With the load, in the ledger's transaction.
    if dataset.state?.kind == .postgres { part.checkpoint = commit }
    for sink in sinks {
      let report = try sink.loadAll(parted, for: part, deadline: context.deadline)
      // The ledger refuses such counts, too, but its error does not name the sink.
      try report.records.check("\(dataset.dataType) of \(target.item) in \(type(of: sink))")
      reports.append(report)
    }
    let report = LoadReport(combining: reports)
    if !report.isInLedger || sinks.count > 1 {
      try ledger.recordLoad(report, of: document, for: part, deadline: context.deadline)
    }
    if part.checkpoint == nil, let commit { try move(commit, report, target, context) }
    let response = LoadResponse(report, of: target)
    count(report.records, context.metrics)
    log(report, response, context)
    return FunctionResponse(response)
  }

  private func count(_ records: RecordCounts, _ metrics: Metrics) {
    metrics.count(.found, records.found)
    metrics.count(.new, records.new)
    metrics.count(.changed, records.changed)
    metrics.count(.unchanged, records.unchanged)
    metrics.count(.rejected, records.rejected)
    metrics.count(.cancelled, records.cancelled ?? 0)
  }

  private func log(_ report: LoadReport, _ response: LoadResponse, _ context: LambdaContext) {
    for rejected in response.rejected {
      context.log.warn(
        "record rejected: \(rejected.reason)",
        ["position": .integer(rejected.position), "href": "\(rejected.href ?? "")"])
    }
    if let notice = report.notice { context.log.warn(notice, ["key": "\(response.s3Key)"]) }
    context.log.info(
      "\(response.item): \(report.records.summary), \(report.records.cancelled ?? 0) cancelled"
        + "\(report.isSuperseded ? "; superseded by a later listing" : ""); \(context.metrics.took)",
      ["key": "\(response.s3Key)"])
  }
}

extension RunRecord {
  /// The state of the run, for a person.
  fileprivate var summary: String {
    "\(status.rawValue), \(itemsLoaded) of \(items.count) items loaded, \(itemsFailed) failed; \(records.summary), "
      + "\(records.cancelled ?? 0) cancelled"
  }
}
