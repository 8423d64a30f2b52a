import Pipeline
import Time

/// The event of the cache manager: `{"queryStringParameters": {"date": "2024-05-31"}}`, or with `start_date` and
/// `end_date` for a range, or `{"dates": ["2024-05-31", …]}` for those of the dates that have ever been loaded: of one that
/// has not, nobody knows that it has no events. No parameters at all mean today. Other keys of the event are passed over;
/// another parameter is refused, since a misspelt one would quietly mean today.
public struct CacheManagerRequest: Decodable {
  let queryStringParameters: [String: String?]?
  /// A date may also stand at the top, as the scraper takes it.
  let date: String?
  let dates: [String]?

  /// As many as a range may have.
  static let mostDates = 366

  /// What is asked for.
  enum Scope: Equatable, CustomStringConvertible {
    case date(CalendarDate)
    case range(ClosedRange<CalendarDate>)
    /// In order, none twice, at least one.
    case dates([CalendarDate])

    var description: String {
      switch self {
      case .date(let date): "\(date)"
      case .range(let range): "\(range.lowerBound) to \(range.upperBound)"
      case .dates(let dates): dates.count == 1 ? "\(dates[0])" : "\(dates.count) dates from \(dates[0])"
      }
    }
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
    if let dates {
      guard parameters.isEmpty, date == nil else {
        throw PipelineError(.invalidInput, "give either dates, or a date, or a range")
      }
      guard (1...Self.mostDates).contains(dates.count) else {
        throw PipelineError(.invalidInput, "there are \(dates.count) dates; give 1 to \(Self.mostDates)")
      }
      return .dates(
        Set(try dates.map { text throws(PipelineError) in try CalendarDate(input: text, named: "dates") }).sorted())
    }
    switch (parameters["date"] ?? date, parameters["start_date"], parameters["end_date"]) {
    case (let date, nil, nil):
      return .date(try date.map { text throws(PipelineError) in try CalendarDate(input: text, named: "date") } ?? today)
    case (nil, let start, let end):
      return .range(try ClosedRange(inputStart: start, end: end))
    default:
      throw PipelineError(.invalidInput, "give either date, or start_date and end_date, not both")
    }
  }
}
