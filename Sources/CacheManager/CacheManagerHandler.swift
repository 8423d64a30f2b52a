import Contracts
import FoundationEssentials
import FunctionSupport
import LambdaRuntime
import Time

/// The last function of a work item, and of a run: publishes a dataset's records to the caches that applications read.
public struct CacheManagerHandler {
  private let dataset: (_ id: String?) throws(PipelineError) -> Dataset
  private let publishers: (Dataset) throws(PipelineError) -> [any Publisher]
  private let record: Recorder
  private let time: any TimeSource

  /// Records in the ledger which items are cached.
  public typealias Recorder = ([PublishedItem], Dataset, Deadline) throws(PipelineError) -> Void

  /// - Parameters:
  ///   - dataset: returns the dataset with an id, or the default one.
  ///   - publishers: returns the dataset's publishers. A dataset without publishers publishes nothing.
  ///   - record: records what was cached. If it fails, the invocation does not: the cache is what readers need.
  public init(
    dataset: @escaping (_ id: String?) throws(PipelineError) -> Dataset,
    publishers: @escaping (Dataset) throws(PipelineError) -> [any Publisher],
    record: @escaping Recorder = { _, _, _ in }, time: any TimeSource = SystemTime()
  ) {
    self.dataset = dataset
    self.publishers = publishers
    self.record = record
    self.time = time
  }

  /// A dataset without publishers needs nothing of the stores: the response has no records, and none is opened.
  /// - Throws: `InvalidInput` for a range that is reversed, malformed or too long, and the errors of the publishers.
  public func handle(
    _ request: CacheRequest, _ context: LambdaContext
  ) throws -> FunctionResponse<CacheResponse> {
    if let run = request.run { context.metrics.note("run", run) }
    let dataset = try dataset(request.dataset)
    if let time = try request.changesSince() { return try changed(since: time, in: dataset, context) }
    let scope = try request.scope(today: dataset.timeZoneRules().localDate(at: time.now))
    context.metrics.note(dataset)
    if case .item(let item) = scope { context.metrics.note("item", item.id) }
    context.metrics.note("date", "\(scope)")
    var report = PublishReport()
    let publishers = try publishers(dataset)
    for publisher in publishers {
      let published = try publisher.publish(scope, deadline: context.deadline)
      report.counts.merge(published.counts) { first, _ in first }
      report.bytes += published.bytes
      report.cached += published.cached
      log(published, context)
    }
    // Last, so that a publisher that fails and is tried again sends no message twice.
    if let run = request.completion {
      for publisher in publishers { log(publisher.complete(run, deadline: context.deadline), context) }
    }
    do { try record(report.cached, dataset, context.deadline) } catch {
      context.log.warn("the time of caching \(scope) is not in the ledger: \(error.message)")
    }
    let response = CacheResponse(
      scope, dataset: dataset.id, counts: report.counts, records: dataset.dataType)
    context.metrics.count(.cachedEvents, response.eventCount)
    context.metrics.bytes(.cachedBytes, report.bytes)
    context.log.info(
      "\(scope): \(response.eventCount) \(dataset.dataType) cached, \(report.bytes) bytes; \(context.metrics.took)")
    return FunctionResponse(response)
  }

  private func log(_ report: PublishReport, _ context: LambdaContext) {
    for note in report.notes { context.log.info(note) }
    for warning in report.warnings { context.log.warn(warning) }
  }

  private func changed(
    since time: Date, in dataset: Dataset, _ context: LambdaContext
  ) throws -> FunctionResponse<CacheResponse> {
    context.metrics.note(dataset)
    var items: Set<WorkItem> = []
    for publisher in try publishers(dataset) {
      items.formUnion(try publisher.changedItems(since: time, deadline: context.deadline))
    }
    let response = CacheResponse(changed: Array(items.sorted().prefix(Limits.maximumItems)), dataset: dataset.id)
    context.log.info("\(response.message); \(context.metrics.took)")
    return FunctionResponse(response)
  }
}
