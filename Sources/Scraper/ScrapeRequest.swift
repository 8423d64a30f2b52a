import Contracts
import FoundationEssentials
import Time

/// The event of the scraper: `{"queryStringParameters": {"date": "2024-05-31"}, "run": "ID"}`, or `{"date": …}` at the top.
/// Without a run the request's own id names it.
///
/// `started` (RFC 3339) is when the run began, from when on a page counts as fresh; without it every page is asked for.
/// `sharing` is how many scrapers of the run share the rate at which the site may be asked, and `slot` (0, 1, …) keeps
/// those apart that begin at once. `{"replay": {"run": "ID"}}`
/// reads the pages from that run's archive, and `{"replay": {}}` from the date's newest.
public struct ScrapeRequest: Decodable {
  struct Query: Decodable {
    let date: String?
  }

  struct Replay: Decodable {
    let run: String?
  }

  /// As many scrapers as the state machine runs at once.
  static let usualSharing = 5

  let queryStringParameters: Query?
  let date: String?
  let run: String?
  let started: String?
  let sharing: Int?
  let slot: Int?
  let replay: Replay?

  /// - Throws: `InvalidInput` when there is none, or it is no date.
  func day() throws(PipelineError) -> CalendarDate {
    guard let text = queryStringParameters?.date ?? date else {
      throw PipelineError(.invalidInput, "date is missing: give it as {\"queryStringParameters\": {\"date\": …}}")
    }
    return try CalendarDate(input: text, named: "date")
  }

  /// What is to be read from the site.
  /// - Parameter requestsPerSecond: of the whole run.
  /// - Throws: `InvalidInput`.
  func job(requestID: String, now: Date, requestsPerSecond: Double) throws(PipelineError) -> ScrapeJob {
    guard let start = started.map({ RFC3339.parse($0)?.date }) ?? now else {
      throw PipelineError(.invalidInput, "started must be a time like 2024-05-31T03:00:00Z")
    }
    guard start <= now + ScrapeJob.clockTolerance else {
      throw PipelineError(
        .invalidInput, "started is \(RFC3339.utc(start)), which is still to come: it is when the run began")
    }
    let run = run ?? requestID
    guard !run.isEmpty, !run.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw PipelineError(
        .invalidInput, "run must be a name without line breaks: it names the document and its archive")
    }
    let sharing = sharing ?? Self.usualSharing
    guard (1...1000).contains(sharing) else {
      throw PipelineError(.invalidInput, "sharing is \(sharing): it must be a number of scrapers from 1 to 1000")
    }
    let slot = slot ?? 0
    guard slot >= 0 else { throw PipelineError(.invalidInput, "slot is \(slot): it must be 0 or more") }
    return ScrapeJob(
      date: try day(), run: run, started: start, usesLeases: started != nil && sharing > 1,
      sharing: sharing, slot: slot,
      spacing: .seconds(Double(sharing) / requestsPerSecond))
  }
}
