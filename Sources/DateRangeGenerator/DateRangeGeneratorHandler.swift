import Contracts
import FunctionSupport
import LambdaRuntime
import Time

/// The first function of a run: plans its work items.
public final class DateRangeGeneratorHandler {
  private let dataset: (_ id: String?) throws -> Dataset
  private let time: any TimeSource
  /// The rules of the datasets' zones, by zone: each file is read once.
  private var zones: [String: TimeZoneRules] = [:]

  /// - Parameter dataset: returns the dataset that a request names, or the standard one for nil.
  public init(dataset: @escaping (_ id: String?) throws -> Dataset, time: any TimeSource = SystemTime()) {
    self.dataset = dataset
    self.time = time
  }

  /// - Throws: `InvalidInput` for an unknown dataset, and for a range that is negative, reversed, malformed or too long, and
  ///   for items that are not dates.
  public func handle(_ request: PlanRequest, _ context: LambdaContext) throws -> FunctionResponse<PlanResponse> {
    let dataset = try dataset(request.dataset)
    let zone = try zones[dataset.timeZone] ?? dataset.timeZoneRules()
    zones[dataset.timeZone] = zone
    let today = zone.localDate(at: time.now)
    let response = PlanResponse(dataset: dataset.id, dates: try request.dates(today: today))
    context.metrics.note("dataset", dataset.id)
    context.metrics.count(.dates, response.count)
    context.log.info(
      "\(response.count) dates, \(response.startDate) to \(response.endDate); \(context.metrics.took)",
      ["dataset": .text(dataset.id)])
    return FunctionResponse(response)
  }
}
