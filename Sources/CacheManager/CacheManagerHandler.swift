import Contracts
import FunctionSupport
import LambdaRuntime
import Time

/// The last function of a work item, and of a run: publishes a dataset's records to the caches that applications read.
public struct CacheManagerHandler {
  private let dataset: (_ id: String?) throws(PipelineError) -> Dataset
  private let publishers: (Dataset) throws(PipelineError) -> [any Publisher]
  private let time: any TimeSource

  /// - Parameters:
  ///   - dataset: returns the dataset with an id, or the default one.
  ///   - publishers: returns the dataset's publishers. A dataset without publishers publishes nothing.
  public init(
    dataset: @escaping (_ id: String?) throws(PipelineError) -> Dataset,
    publishers: @escaping (Dataset) throws(PipelineError) -> [any Publisher], time: any TimeSource = SystemTime()
  ) {
    self.dataset = dataset
    self.publishers = publishers
    self.time = time
  }

  /// - Throws: `InvalidInput` for a range that is reversed, malformed or too long, and the errors of the publishers.
  public func handle(
    _ request: CacheRequest, _ context: LambdaContext
  ) throws -> FunctionResponse<CacheResponse> {
    if let run = request.run { context.metrics.note("run", run) }
    let dataset = try dataset(request.dataset)
    let scope = try request.scope(today: dataset.timeZoneRules().localDate(at: time.now))
    context.metrics.note("dataset", dataset.id)
    if case .item(let item) = scope { context.metrics.note("item", item.id) }
    context.metrics.note("date", "\(scope)")
    var report = PublishReport()
    for publisher in try publishers(dataset) {
      let published = try publisher.publish(scope, deadline: context.deadline)
      report.counts.merge(published.counts) { first, _ in first }
      report.bytes += published.bytes
    }
    let response = CacheResponse(scope, dataset: dataset.id, counts: report.counts)
    context.metrics.count(.cachedEvents, response.eventCount)
    context.metrics.bytes(.cachedBytes, report.bytes)
    context.log.info(
      "\(scope): \(response.eventCount) events cached, \(report.bytes) bytes; \(context.metrics.took)")
    return FunctionResponse(response)
  }
}
