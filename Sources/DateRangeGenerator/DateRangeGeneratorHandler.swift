import Contracts
import FunctionSupport
import LambdaRuntime
import Time

/// The first function of a run: plans its work items.
public struct DateRangeGeneratorHandler {
  private let dataset: (_ id: String?) throws -> Dataset
  private let time: any TimeSource

  /// - Parameter dataset: returns the dataset that a request names, or the standard one for nil.
  public init(dataset: @escaping (_ id: String?) throws -> Dataset, time: any TimeSource = SystemTime()) {
    self.dataset = dataset
    self.time = time
  }

  /// - Throws: `InvalidInput` for an unknown dataset, and for a range that is negative, reversed, malformed or too long.
  public func handle(_ request: PlanRequest, _ context: LambdaContext) throws -> FunctionResponse<PlanResponse> {
    let dataset = try dataset(request.dataset)
    let today = try dataset.timeZoneRules().localDate(at: time.now)
    let range = try request.dates(today: today)
    let response = PlanResponse(dataset: dataset.id, dates: range)
    context.metrics.note("dataset", dataset.id)
    context.metrics.count(.dates, response.count)
    context.log.info(
      "\(response.count) dates, \(range.lowerBound) to \(range.upperBound); \(context.metrics.took)",
      ["dataset": .text(dataset.id)])
    return FunctionResponse(response)
  }
}
