import Time

/// The request to the date-range generator: `{"dataset": "news", "days_ahead": 30}`, or
/// `{"start_date": "2024-05-31", "end_date": "2024-06-02"}` for a backfill. Without a range it means 30 days ahead;
/// without a dataset, the standard one. Other keys, such as a schedule's own, are ignored.
public struct PlanRequest: Codable, Equatable, Sendable {
  public var dataset: String?
  public var daysAhead: Int?
  public var startDate: String?
  public var endDate: String?

  static let defaultDaysAhead = 30

  enum CodingKeys: String, CodingKey {
    case dataset
    case daysAhead = "days_ahead"
    case startDate = "start_date"
    case endDate = "end_date"
  }

  public init(dataset: String? = nil, daysAhead: Int? = nil, startDate: String? = nil, endDate: String? = nil) {
    self.dataset = dataset
    self.daysAhead = daysAhead
    self.startDate = startDate
    self.endDate = endDate
  }

  /// Returns the requested dates.
  /// - Parameter today: the dataset's local day.
  /// - Throws: `InvalidInput`.
  public func dates(today: CalendarDate) throws(PipelineError) -> ClosedRange<CalendarDate> {
    switch (daysAhead, startDate, endDate) {
    case (let days, nil, nil):
      let days = days ?? Self.defaultDaysAhead
      let limit = Limits.maximumItems
      guard (0..<limit).contains(days) else {
        throw PipelineError(
          .invalidInput, "days_ahead is \(days): it must be 0 to \(limit - 1), today and the days after it")
      }
      return today...today.adding(days: days)
    case (nil, let start, let end):
      return try ClosedRange(inputStart: start, end: end)
    default:
      throw PipelineError(.invalidInput, "give either days_ahead, or start_date and end_date, not both")
    }
  }
}
