import ConcertsSink
import Contracts
import FoundationEssentials
import LambdaRuntime
import Time

/// The third function of a date: brings an extract document from the raw store into the database. It also keeps the
/// ledger of runs, which lies there.
public struct LoaderHandler {
  /// Reads a document by its key.
  public typealias Reader = (_ key: String, Deadline) throws -> Data
  /// Loads a document in one transaction.
  public typealias Loader = (LoadDocument, Deadline) throws -> LoadReport

  /// Writes an entry of a run into the ledger, and answers with where the run stands.
  public typealias Recorder = (LedgerEntry, _ run: String, _ dataset: String, Deadline) throws -> RunRecord?

  private let dataset: Dataset
  private let read: Reader
  private let load: Loader
  private let record: Recorder
  private let time: any TimeSource

  /// By how many seconds the clock of the scraper may be ahead of ours.
  static let clockTolerance = 3600.0

  /// - Parameter dataset: what a document is of that does not say so itself, as system 000's do not; and what runs are of.
  public init(
    dataset: Dataset = .wwoz, reading read: @escaping Reader, loading load: @escaping Loader,
    recording record: @escaping Recorder, time: any TimeSource = SystemTime()
  ) {
    self.dataset = dataset
    self.read = read
    self.load = load
    self.record = record
    self.time = time
  }

  /// Does what an event asks for.
  public func handle(_ event: LoaderEvent, _ context: LambdaContext) throws -> LoaderResponse {
    switch event {
    case .load(let request): .load(try handle(request, context))
    case .ledger(let request): .ledger(try handle(request, context))
    }
  }

  func handle(_ request: LedgerRequest, _ context: LambdaContext) throws -> FunctionResponse<LedgerResponse> {
    context.metrics.note("run", request.run)
    let record = try record(request.entry, request.run, dataset.name, context.deadline)
    context.log.info(
      "run \(request.run): \(record?.summary ?? "not open, a failed date noted"); \(context.metrics.took)")
    return FunctionResponse(LedgerResponse(run: request.run, record: record))
  }

  /// - Throws: `InvalidInput` for an event that does not name a document and its date, `StorageCorrupt` for a document
  ///   that is none, of a run that failed, or of a page that is still to come, and what reading and loading throw.
  public func handle(_ request: LoadRequest, _ context: LambdaContext) throws -> FunctionResponse<LoadResponse> {
    let target = try request.target()
    context.metrics.note("date", "\(target.date)")
    if let run = target.run { context.metrics.note("run", run) }
    let data = try read(target.key, context.deadline)
    let extract = try ExtractDocument(data, key: target.key)
    try extract.check(isOf: target.date, key: target.key)
    try extract.check(isReadBy: time.now + Self.clockTolerance, key: target.key)
    let document = LoadDocument(
      dataset: extract.source ?? dataset.name, date: target.date, rawKey: target.key, run: target.run,
      listedAt: extract.listedAt, entries: extract.entries, isWholeListing: extract.isWholeListing,
      allowsShrinkage: target.allowsShrinkage,
      rawRecords: { extract.raw(at: $0, in: data) })
    let report = try load(document, context.deadline)
    let body = LoadResponse(report, of: target)
    count(report.counts, context.metrics)
    log(report, body, context)
    return FunctionResponse(body)
  }

  private func count(_ counts: LoadCounts, _ metrics: Metrics) {
    metrics.count("Found", counts.events.found)
    metrics.count("New", counts.events.new)
    metrics.count("Changed", counts.events.changed)
    metrics.count("Unchanged", counts.events.unchanged)
    metrics.count("Rejected", counts.events.rejected)
    metrics.count("Cancelled", counts.cancelled)
  }

  private func log(_ report: LoadReport, _ body: LoadResponse, _ context: LambdaContext) {
    for rejected in body.rejected {
      context.log.warn(
        "record rejected: \(rejected.reason)",
        ["position": .integer(rejected.position), "href": "\(rejected.href ?? "")"])
    }
    context.log.info(
      "\(body.date): \(report.counts.events.summary), \(report.counts.cancelled) cancelled"
        + "\(report.isSuperseded ? "; superseded by a later listing" : ""); \(context.metrics.took)",
      ["key": "\(body.s3Key)"])
  }
}

extension RecordCounts {
  /// For a person: `33 found, 3 new, 1 changed, 29 unchanged, 0 rejected`.
  fileprivate var summary: String {
    "\(found) found, \(new) new, \(changed) changed, \(unchanged) unchanged, \(rejected) rejected"
  }
}

extension RunRecord {
  /// Where the run stands, for a person.
  fileprivate var summary: String {
    "\(status.rawValue), \(datesLoaded) of \(dates.count) dates loaded, \(datesFailed) failed; \(events.summary), "
      + "\(cancelled) cancelled"
  }
}
