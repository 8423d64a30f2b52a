import Pipeline
import Time

/// The event of the generator: `{"days_ahead": 30}`, or `{"start_date": "2024-05-31", "end_date": "2024-06-02"}` for a
/// backfill. Nothing at all means 30 days ahead. Other keys, such as a schedule's own, are passed over.
public struct DateRangeRequest: Decodable {
  var daysAhead: Int?
  var startDate: String?
  var endDate: String?

  static let defaultDaysAhead = 30

  enum CodingKeys: String, CodingKey {
    case daysAhead = "days_ahead"
    case startDate = "start_date"
    case endDate = "end_date"
  }

  /// The dates that are asked for, first to last.
  /// - Parameter today: the dataset's local day.
  /// - Throws: `InvalidInput`.
  func dates(today: CalendarDate) throws(PipelineError) -> ClosedRange<CalendarDate> {
    switch (daysAhead, startDate, endDate) {
    case (let days, nil, nil):
      let days = days ?? Self.defaultDaysAhead
      let limit = ClosedRange<CalendarDate>.maximumDates
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
