import Contracts
import LambdaRuntime
import Time

/// The first function of a run: says which dates it is for.
public struct DateRangeGeneratorHandler {
  /// The body of its answer.
  public struct Body: Encodable {
    let status = "success"
    /// Every date, first to last.
    package let dates: [CalendarDate]
    let startDate: CalendarDate
    let endDate: CalendarDate
    let count: Int

    enum CodingKeys: String, CodingKey {
      case status, dates, count
      case startDate = "start_date"
      case endDate = "end_date"
    }
  }

  private let zone: TimeZoneRules
  private let time: any TimeSource

  /// - Parameter zone: whose local day is 'today'.
  public init(zone: TimeZoneRules, time: any TimeSource = SystemTime()) {
    self.zone = zone
    self.time = time
  }

  /// - Throws: `InvalidInput` for a negative, reversed, malformed or too long range.
  public func handle(_ request: PlanRequest, _ context: LambdaContext) throws -> FunctionResponse<Body> {
    let range = try request.dates(today: zone.localDate(at: time.now))
    let dates = range.dates
    context.metrics.count("Dates", dates.count)
    context.log.info("\(dates.count) dates, \(range.lowerBound) to \(range.upperBound); \(context.metrics.took)")
    return FunctionResponse(Body(dates: dates, startDate: range.lowerBound, endDate: range.upperBound, count: dates.count))
  }
}
