import Pipeline
import Time

/// The event of the cache manager: `{"queryStringParameters": {"date": "2024-05-31"}}`, or with `start_date` and
/// `end_date` for a range. No parameters at all mean today. Other keys of the event are passed over; another parameter is
/// refused, since a misspelt one would quietly mean today.
public struct CacheManagerRequest: Decodable {
  let queryStringParameters: [String: String?]?

  /// More dates than that are more likely a slip of the hand than a wish.
  static let maximumDates = 366

  /// What is asked for.
  enum Scope: Equatable {
    case date(CalendarDate)
    case range(ClosedRange<CalendarDate>)
  }

  /// - Parameter today: the dataset's local day.
  /// - Throws: `InvalidInput`.
  func scope(today: CalendarDate) throws(PipelineError) -> Scope {
    let parameters = (queryStringParameters ?? [:]).compactMapValues { $0 }
    let unknown = Set(parameters.keys).subtracting(["date", "start_date", "end_date"]).sorted()
    guard unknown.isEmpty else {
      let names = unknown.joined(separator: ", ").prefix(80)
      throw PipelineError(.invalidInput, "no such parameter: \(names); there are date, start_date and end_date")
    }
    switch (parameters["date"], parameters["start_date"], parameters["end_date"]) {
    case (let date, nil, nil):
      return .date(try date.map { text throws(PipelineError) in try Self.date(text, "date") } ?? today)
    case (nil, let start?, let end?):
      return .range(try Self.range(from: try Self.date(start, "start_date"), to: try Self.date(end, "end_date")))
    case (nil, _, _):
      throw PipelineError(.invalidInput, "start_date and end_date go together: one of them is missing")
    default:
      throw PipelineError(.invalidInput, "give either date, or start_date and end_date, not both")
    }
  }

  private static func range(
    from start: CalendarDate, to end: CalendarDate
  ) throws(PipelineError) -> ClosedRange<CalendarDate> {
    guard start <= end else { throw PipelineError(.invalidInput, "start_date \(start) lies after end_date \(end)") }
    let count = end.daysSinceEpoch - start.daysSinceEpoch + 1
    guard count <= maximumDates else {
      throw PipelineError(
        .invalidInput, "\(start) to \(end) are \(count) days: ask for at most \(maximumDates) at once")
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
