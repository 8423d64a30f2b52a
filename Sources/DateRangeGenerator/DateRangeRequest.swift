import Pipeline
import Time

/// The event of the generator: `{"days_ahead": 30}`, or `{"start_date": "2024-05-31", "end_date": "2024-06-02"}` for a
/// backfill. Nothing at all means 30 days ahead. Other keys, such as a schedule's own, are passed over.
public struct DateRangeRequest: Decodable {
  var daysAhead: Int?
  var startDate: String?
  var endDate: String?

  /// More dates than that are more likely a slip of the hand than a wish.
  static let maximumDates = 366
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
      guard (0..<Self.maximumDates).contains(days) else {
        throw PipelineError(
          .invalidInput, "days_ahead is \(days): it must be 0 to \(Self.maximumDates - 1), today and the days after it")
      }
      return today...today.adding(days: days)
    case (nil, let start?, let end?):
      return try range(from: start, to: end)
    case (nil, _, _):
      throw PipelineError(.invalidInput, "start_date and end_date go together: one of them is missing")
    default:
      throw PipelineError(.invalidInput, "give either days_ahead, or start_date and end_date, not both")
    }
  }

  private func range(from startText: String, to endText: String) throws(PipelineError) -> ClosedRange<CalendarDate> {
    let start = try Self.date(startText, "start_date")
    let end = try Self.date(endText, "end_date")
    guard start <= end else {
      throw PipelineError(.invalidInput, "start_date \(start) lies after end_date \(end)")
    }
    let count = end.daysSinceEpoch - start.daysSinceEpoch + 1
    guard count <= Self.maximumDates else {
      throw PipelineError(
        .invalidInput, "\(start) to \(end) are \(count) days: ask for at most \(Self.maximumDates) at once")
    }
    return start...end
  }

  private static func date(_ text: String, _ name: String) throws(PipelineError) -> CalendarDate {
    guard let date = CalendarDate(text) else {
      throw PipelineError(.invalidInput, "\(name) is '\(text.prefix(40))': it must be a date like 2024-05-31")
    }
    return date
  }
}
