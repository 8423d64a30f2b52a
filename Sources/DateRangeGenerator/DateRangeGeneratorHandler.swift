import Contracts
import Definitions
import FunctionSupport
import LambdaRuntime
import Time

/// The first function of a run: plans its work items.
public final class DateRangeGeneratorHandler {
  /// A dataset, the plan of its items, and if its runs need the ledger (`PlanResponse.needsLedger`).
  public typealias Planned = (dataset: Dataset, plan: ItemPlan, needsLedger: Bool)

  private let definition: (_ id: String?) throws(PipelineError) -> Planned
  private let time: any TimeSource
  /// The rules of the datasets' zones, by zone: each file is read once.
  private var zones: [String: TimeZoneRules] = [:]

  /// - Parameter definition: returns the dataset that a request names, or the standard one for nil, and its plan.
  public init(
    definition: @escaping (_ id: String?) throws(PipelineError) -> Planned,
    time: any TimeSource = SystemTime()
  ) {
    self.definition = definition
    self.time = time
  }

  /// - Throws: `InvalidInput` for an unknown dataset, for a range that is negative, reversed, malformed or too long, or that
  ///   the dataset does not have, and for items that the plan does not have.
  public func handle(_ request: PlanRequest, _ context: LambdaContext) throws -> FunctionResponse<PlanResponse> {
    let (dataset, plan, needsLedger) = try definition(request.dataset)
    var response = try plan.response(to: request, of: dataset.id) { () throws(PipelineError) in
      try today(in: dataset)
    }
    if needsLedger { response.needsLedger = true }
    context.metrics.note(dataset)
    context.metrics.count(.dates, response.count)
    context.log.info("\(response.summary); \(context.metrics.took)", ["dataset": .text(dataset.id)])
    return FunctionResponse(response)
  }

  private func today(in dataset: Dataset) throws(PipelineError) -> CalendarDate {
    if let zone = zones[dataset.timeZone] { return zone.localDate(at: time.now) }
    let zone = try dataset.timeZoneRules()
    zones[dataset.timeZone] = zone
    return zone.localDate(at: time.now)
  }
}
