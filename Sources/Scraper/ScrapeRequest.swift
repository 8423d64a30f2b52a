import Pipeline
import Time

/// The event of the scraper: `{"queryStringParameters": {"date": "2024-05-31"}, "run": "ID"}`, or `{"date": …}` at the top.
/// Without a run the request's own id names it.
public struct ScrapeRequest: Decodable {
  struct Query: Decodable {
    let date: String?
  }

  let queryStringParameters: Query?
  let date: String?
  let run: String?

  /// - Throws: `InvalidInput` when there is none, or it is no date.
  func day() throws(PipelineError) -> CalendarDate {
    guard let text = queryStringParameters?.date ?? date else {
      throw PipelineError(.invalidInput, "date is missing: give it as {\"queryStringParameters\": {\"date\": …}}")
    }
    return try CalendarDate(input: text, named: "date")
  }
}
