import Contracts
import Fetching
import FoundationEssentials
import LambdaRuntime
import RawStore
import Time

/// The second function of a run: extracts a work item from its source, or from the archive of an earlier run, and stores
/// the result as one document.
public final class ScraperHandler {
  /// Returns a dataset and its extractor, or throws `InvalidInput` for an unknown id, `ConfigurationInvalid` for settings
  /// that are missing or wrong, and a retryable error if they cannot be read now.
  public typealias Registry = (_ dataset: String) throws(PipelineError) -> (dataset: Dataset, extractor: any Extractor)

  /// Returns a dataset's lock, if this function can reach it.
  public typealias Locks = (_ dataset: String) throws(PipelineError) -> (any RunLock)?

  /// Writes the progress of a scrape for a person who watches. An error ends the reports, not the scrape.
  public typealias ProgressReport = (
    _ progress: ScrapeProgress, _ run: String, _ item: WorkItem, _ deadline: Deadline
  ) throws(PipelineError) -> Void

  /// Returns the store of a dataset's checkpoints; nil if they come with the items.
  public typealias Checkpoints = (Dataset) throws(PipelineError) -> (any CheckpointStore)?

  private let defaultDataset: String
  private let registry: Registry
  private let lock: Locks
  private let makeSource: (FetchPolicy) -> any PageSource
  private let makePageStore: (Dataset, FetchPolicy) -> PageStore?
  private let store: any ExtractStore
  private let checkpoints: Checkpoints
  private let report: ProgressReport
  private let time: any TimeSource
  private let writer: RecordWriter
  /// The datasets that were asked for, by id.
  private var datasets: [String: ScrapedDataset] = [:]

  /// - Parameters:
  ///   - defaultDataset: the id of the dataset of a request that names none.
  ///   - registry: called when a request first asks for a dataset, so that the settings of one dataset do not matter to
  ///     another.
  ///   - source: makes the way to a dataset's source.
  ///   - pages: returns the pages that the scrapers of a run share; nil shares nothing.
  ///   - checkpoints: asked for a dataset with `incremental` only.
  ///   - lock: returns the lock that a run renews before it reads the source.
  ///   - report: called every few seconds during a scrape that a person watches.
  public init(
    defaultDataset: String, registry: @escaping Registry, source: @escaping (FetchPolicy) -> any PageSource,
    pages: @escaping (Dataset, FetchPolicy) -> PageStore?, store: any ExtractStore,
    checkpoints: @escaping Checkpoints = { _ in nil }, lock: @escaping Locks = { _ in nil },
    report: @escaping ProgressReport = { _, _, _, _ in },
    time: any TimeSource = SystemTime(), random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    self.defaultDataset = defaultDataset
    self.registry = registry
    makeSource = source
    makePageStore = pages
    self.store = store
    self.checkpoints = checkpoints
    self.lock = lock
    self.report = report
    self.time = time
    writer = RecordWriter(random)
  }

  /// Makes the scraper of the Lambda function: it sends requests over HTTP, and keeps everything in the raw store.
  /// - Parameters:
  ///   - checkpoints: asked for a dataset with `incremental` only.
  ///   - lock: as above.
  ///   - runtimeAPI: the address of Lambda's runtime API, to which no redirect may lead.
  public convenience init(
    defaultDataset: String, registry: @escaping Registry, store: RawStore,
    checkpoints: @escaping Checkpoints = { _ in nil }, lock: @escaping Locks = { _ in nil }, runtimeAPI: String? = nil
  ) {
    self.init(
      defaultDataset: defaultDataset, registry: registry, source: { HTTPPageSource($0, runtimeAPI: runtimeAPI) },
      // Twice the body limit has room for the record's header, and for a body that compression makes longer.
      pages: { store.pages(of: $0.source, variant: $1.variant, maximumBytes: $1.maximumBodyBytes * 2) }, store: store,
      checkpoints: checkpoints, lock: lock,
      report: { (progress, run, item, deadline) throws(PipelineError) in
        try store.put(progress, ofRun: run, item: item, deadline: deadline)
      })
  }

  /// - Throws: `PipelineError`: `RunLocked` if the run has lost the dataset's lock, before anything is read.
  public func handle(_ request: ScrapeRequest, _ context: LambdaContext) throws -> FunctionResponse<ScrapeResponse> {
    var item = try request.workItem()
    // Before any request to the source: the loader refuses such a run.
    if let run = request.run { try RunName.check(run) }
    let dataset = try dataset(request.dataset ?? defaultDataset)
    if let run = request.run, let lock = dataset.lock {
      try RunLocks.renew(lock, for: run, of: dataset.dataset, before: "read \(item)", deadline: context.deadline)
    }
    item.checkpoint = try checkpoint(of: item, request, dataset.dataset, context.deadline)
    return FunctionResponse(try scrape(item, request, dataset, with: dataset.extractor, context))
  }

  /// Returns the position from which the source is read. A replay has that of its archive.
  private func checkpoint(
    of item: WorkItem, _ request: ScrapeRequest, _ dataset: Dataset, _ deadline: Deadline
  ) throws(PipelineError) -> Checkpoint? {
    guard request.replay == nil, let name = dataset.checkpointName(of: item) else { return nil }
    guard let store = try checkpoints(dataset) else { return item.checkpoint }
    return try store.states(of: [name], deadline: deadline)[name]?.checkpoint
  }

  private func dataset(_ id: String) throws(PipelineError) -> ScrapedDataset {
    if let known = datasets[id] { return known }
    let (dataset, extractor) = try registry(id)
    let policy = extractor.policy
    let own = extractor.pageSource
    let scraped = ScrapedDataset(
      dataset: dataset, extractor: extractor, source: own ?? makeSource(policy),
      pages: own == nil ? makePageStore(dataset, policy) : nil, redactor: Redactor(policy), lock: try lock(id))
    datasets[id] = scraped
    return scraped
  }

  /// Opens the existential extractor.
  private func scrape(
    _ item: WorkItem, _ request: ScrapeRequest, _ dataset: ScrapedDataset, with extractor: some Extractor,
    _ context: LambdaContext
  ) throws -> ScrapeResponse {
    var job = try request.job(
      requestID: context.requestID, now: time.now, requestsPerSecond: extractor.policy.requestsPerSecond)
    job.checkpoint = item.checkpoint
    context.metrics.note(dataset.dataset)
    context.metrics.note("item", item.id)
    if let date = item.date { context.metrics.note("date", "\(date)") }
    context.metrics.note("run", job.run)
    return try ItemScrape(
      item: item, job: job, dataset: dataset, extractor: extractor, store: store,
      report: request.progress == true ? report : nil, time: time, writer: writer, context: context
    ).run(replaying: request.replay)
  }
}
