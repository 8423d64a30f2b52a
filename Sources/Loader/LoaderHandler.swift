import Contracts
import FoundationEssentials
import FunctionSupport
import LambdaRuntime
import Time

/// The third function of a work item: loads an extract document into the dataset's sinks. It also keeps the ledger of
/// runs, because it is connected to the database, and stores what a Kinesis stream has.
public struct LoaderHandler {
  /// Reads a document by its key; nil if there is none.
  public typealias Reader = (_ key: String, Deadline) throws(PipelineError) -> Data?

  private let dataset: (_ id: String?) throws(PipelineError) -> Dataset
  private let load: DocumentLoad
  private let ledger: (any RunLedger)?
  private let lock: (Dataset) throws(PipelineError) -> (any RunLock)?
  let checkpoints: DocumentLoad.Checkpoints
  private let unloaded: (any UnloadedDocuments)?
  let stream: () throws(PipelineError) -> (any StreamStore)?

  /// - Parameters:
  ///   - dataset: returns the dataset with an id, or the default one.
  ///   - sinks: returns the dataset's sinks, in the order in which they load.
  ///   - ledger: nil in a deployment without a database: its runs are only in the log and in Step Functions.
  ///   - lock: returns the dataset's lock; nil if its runs may overlap.
  ///   - checkpoints: returns the store of a dataset's checkpoints; asked for a dataset with `incremental` only.
  ///   - checks: returns the rules about a dataset's documents; nil if it has none.
  ///   - unloaded: the documents of earlier runs; nil if they are not loaded.
  ///   - leftOut: returns the sinks that the dataset's definition leaves out, and why.
  ///   - stream: makes the store of a stream's records; asked for a batch of a stream only.
  ///   - time: the clock of what is noted in checkpoints.
  public init(
    dataset: @escaping (_ id: String?) throws(PipelineError) -> Dataset,
    sinks: @escaping (Dataset) throws(PipelineError) -> [any Sink],
    lock: @escaping (Dataset) throws(PipelineError) -> (any RunLock)? = { _ in nil },
    reading read: @escaping Reader, ledger: (any RunLedger)?,
    checkpoints: @escaping (Dataset) throws(PipelineError) -> (any CheckpointStore)? = { _ in nil },
    checks: @escaping (Dataset) throws(PipelineError) -> (any DocumentCheck)? = { _ in nil },
    unloaded: (any UnloadedDocuments)? = nil,
    leftOut: @escaping (Dataset) throws(PipelineError) -> [String] = { _ in [] },
    stream: @escaping () throws(PipelineError) -> (any StreamStore)? = { nil },
    time: any TimeSource = SystemTime()
  ) {
    self.dataset = dataset
    load = DocumentLoad(
      sinks: sinks, checks: checks, read: read, ledger: ledger, checkpoints: checkpoints, leftOut: leftOut,
      time: time)
    self.stream = stream
    self.ledger = ledger
    self.lock = lock
    self.checkpoints = checkpoints
    self.unloaded = unloaded
  }

  public func handle(_ request: LoaderRequest, _ context: LambdaContext) throws -> LoaderResponse {
    switch request {
    case .load(let request): .load(try handle(request, context))
    case .ledger(let request): .ledger(try handle(request, context))
    case .noRun(let name): .ledger(skip(name, context))
    case .stream(let event): .stream(try handle(event, context))
    }
  }

  private func skip(_ name: String, _ context: LambdaContext) -> FunctionResponse<LedgerResponse> {
    context.metrics.note("run", name)
    context.log.info("\(name) was the start of a job, no run of a dataset: nothing to close; \(context.metrics.took)")
    return FunctionResponse(LedgerResponse(run: name, record: nil))
  }

  /// - Throws: `RunLocked` for the opening of a run beside another one, before anything is written; the errors of the lock
  ///   and of the ledger.
  func handle(_ request: LedgerRequest, _ context: LambdaContext) throws -> FunctionResponse<LedgerResponse> {
    let dataset = try dataset(request.dataset)
    context.metrics.note(dataset)
    context.metrics.note("run", request.run)
    if case .failed(let failure) = request.event { context.metrics.note("item", failure.item.id) }
    let record = try holdingLock(of: dataset, for: request, context) { () throws(PipelineError) in
      try ledger?.record(request.event, ofRun: request.run, in: dataset, deadline: context.deadline)
    }
    if case .closed = request.event { context.metrics.count(.runsEnded, 1) }
    // Their loads may move the checkpoints.
    let earlier = record?.endedAt == nil ? try loadEarlierDocuments(than: request, in: dataset, context) : (0, 0)
    let items = try takeCheckpoints(of: request, in: dataset, context)
    let state =
      ledger == nil ? request.event.withoutLedger : record?.summary ?? "not opened yet, a failed item recorded"
    context.log.info("run \(request.run): \(state); \(context.metrics.took)")
    return FunctionResponse(LedgerResponse(run: request.run, record: record, items: items, earlier: earlier))
  }

  /// - Throws: `RunLocked` if the run has lost the dataset's lock, before a sink is touched; `InvalidInput` for a request
  ///   that does not name a document and its item, `StorageCorrupt` for a document
  ///   that is too large, and the errors of the raw store, the sinks and the ledger. One sink that fails, fails the item,
  ///   and its error names it; others have loaded the document, which is safe to repeat.
  func handle(_ request: LoadRequest, _ context: LambdaContext) throws -> FunctionResponse<LoadResponse> {
    let dataset = try dataset(request.dataset)
    let target = try request.target(in: dataset)
    context.metrics.note(dataset)
    context.metrics.note("item", target.item.id)
    if let date = target.item.date { context.metrics.note("date", "\(date)") }
    if let run = target.run { context.metrics.note("run", run) }
    let deadline = try renewLock(for: target, context.deadline)
    let report = try load.load(target, deadline: deadline)
    let response = LoadResponse(report, of: target)
    count(report.records, context.metrics)
    log(report, response, context)
    return FunctionResponse(response)
  }

  /// Loads what earlier runs of a dataset with `incremental` have read and not loaded, before a run of it begins. It may
  /// take half of the time that the invocation has, or the lock.
  private func loadEarlierDocuments(
    than request: LedgerRequest, in dataset: Dataset, _ context: LambdaContext
  ) throws(PipelineError) -> (loaded: Int, setAside: Int) {
    guard case .opened = request.event, dataset.state != nil, let unloaded else { return (0, 0) }
    let time = min(context.deadline.remaining, try lock(dataset)?.timeout ?? context.deadline.remaining)
    let documents = EarlierDocuments(
      dataset: dataset, run: request.run, ledger: unloaded, read: load.read,
      load: { (document, target, deadline) throws(PipelineError) in
        let report = try load.load(document, of: target, deadline: deadline)
        count(report.records, context.metrics)
        note(report, key: target.key, context)
        return report
      }, deadline: context.deadline.limited(to: time / 2), context: context)
    return try documents.loadAll()
  }

  /// Writes an event of a run that takes, renews or gives up the dataset's lock with it.
  private func holdingLock(
    of dataset: Dataset, for request: LedgerRequest, _ context: LambdaContext,
    _ write: () throws(PipelineError) -> RunRecord?
  ) throws(PipelineError) -> RunRecord? {
    guard let lock = try lock(dataset) else { return try write() }
    let (run, deadline) = (request.run, context.deadline)
    switch request.event {
    case .opened:
      try RunLocks.acquire(lock, for: run, of: dataset, deadline: deadline)
      let record = try write()
      // An opening that arrives after the end of its run must not hold up the next one.
      if record?.endedAt != nil { try lock.release(for: run, deadline: deadline) }
      return record
    case .failed:
      let record = try write()
      // The failure is a fact, also of a run that has lost the lock: its next load is refused.
      do throws(PipelineError) {
        if try !lock.renew(for: run, deadline: deadline) {
          context.log.warn("the run no longer has the lock \(lock.description)")
        }
      } catch { context.log.warn("the lock was not renewed: \(error)") }
      return record
    case .closed, .stopped:
      // The run does nothing after this event, even if the ledger cannot be written.
      let written = Result { () throws(PipelineError) in try write() }
      let released = Result { () throws(PipelineError) in try lock.release(for: run, deadline: deadline) }
      let record = try written.get()
      _ = try released.get()
      return record
    }
  }

  /// Renews the dataset's lock for a load of a run. A person's load has no run, and so no lock.
  /// - Returns: the deadline of the load. It ends before the lock does, so that no other run works beside it.
  private func renewLock(for target: LoadTarget, _ deadline: Deadline) throws(PipelineError) -> Deadline {
    guard let run = target.run, let lock = try lock(target.dataset) else { return deadline }
    let limited = deadline.limited(to: lock.timeout)
    try RunLocks.renew(lock, for: run, of: target.dataset, before: "load \(target.item)", deadline: deadline)
    return limited
  }

  private func count(_ records: RecordCounts, _ metrics: Metrics) {
    metrics.count(.found, records.found)
    metrics.count(.new, records.new)
    metrics.count(.changed, records.changed)
    metrics.count(.unchanged, records.unchanged)
    metrics.count(.rejected, records.rejected)
    metrics.count(.cancelled, records.cancelled ?? 0)
  }

  private func note(_ report: LoadReport, key: String, _ context: LambdaContext) {
    for text in [report.notice].compactMap(\.self) + report.warnings {
      context.log.warn(text, ["key": .text(key)])
    }
    for text in report.remarks + report.leftOut { context.log.info(text, ["key": .text(key)]) }
  }

  private func log(_ report: LoadReport, _ response: LoadResponse, _ context: LambdaContext) {
    for rejected in response.rejected {
      context.log.warn(
        "record rejected: \(rejected.reason)",
        ["position": .integer(rejected.position), "href": "\(rejected.href ?? "")"])
    }
    note(report, key: response.s3Key, context)
    for result in report.sinks {
      context.log.info("\(response.item) in \(result.sink): \(result.records.summary)", ["key": "\(response.s3Key)"])
    }
    context.log.info(
      "\(response.item): \(report.records.summary), \(report.records.cancelled ?? 0) cancelled"
        + "\(report.isSuperseded ? "; superseded by a later listing" : ""); \(context.metrics.took)",
      ["key": "\(response.s3Key)"])
  }
}

extension LedgerEvent {
  /// The event, for the log of a deployment without a ledger. Of each run the beginning says that there is none.
  fileprivate var withoutLedger: String {
    switch self {
    case .opened(let opening):
      "\(opening.items.count) items; no ledger: the run is only in the log and in Step Functions"
    case .failed(let failure): "\(failure.item) failed: \(failure.error)"
    case .closed, .stopped: "it has ended"
    }
  }
}

extension RunRecord {
  /// The state of the run, for a person.
  fileprivate var summary: String {
    "\(status.rawValue), \(itemsLoaded) of \(items.count) items loaded, \(itemsFailed) failed; \(records.summary), "
      + "\(records.cancelled ?? 0) cancelled"
  }
}
