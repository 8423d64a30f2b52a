import LambdaRuntime
import Pipeline
import RawStore
import Time

/// The second function of a run: reads a day from the source, and keeps what it found as one document.
public final class ScraperHandler {
  /// Kept back from the crawl, so that what was read can still be written; a quarter of the time when there is little.
  static let reserve = Duration.seconds(15)

  private let dataset = Dataset.wwoz
  private let crawl: WWOZCrawl
  private let store: any ExtractStore
  private let zone: TimeZoneRules
  private let time: any TimeSource

  public init(crawl: WWOZCrawl, store: any ExtractStore, zone: TimeZoneRules, time: any TimeSource = SystemTime()) {
    self.crawl = crawl
    self.store = store
    self.zone = zone
    self.time = time
  }

  /// - Throws: `PipelineError`.
  public func handle(_ request: ScrapeRequest, _ context: LambdaContext) throws -> Answer<ScrapeResult> {
    let date = try request.day()
    let start = time.now
    let left = context.deadline.remaining
    let day = try crawl.day(date, deadline: Deadline(after: left - min(Self.reserve, left / 4), on: time))
    for problem in day.listing.rejected + day.listing.remarks {
      context.log.warn("odd row", ["date": "\(date)", "reason": .text(problem.reason), "href": .text(problem.href)])
    }
    for page in day.failed { context.log.warn("page not read", ["url": .text(page.url), "error": .text(page.error)]) }

    let timestamp = RFC3339.string(start, offset: zone.offset(at: start))
    let records = day.records(of: dataset, zone: zone, scrapeTime: timestamp)
    let document = try ExtractDocument(day, of: dataset, records: records, timestamp: timestamp).encoded()
    let run = request.run ?? context.requestID
    let key = RawKey(dataset: dataset.name, dataType: dataset.dataType, date: date, run: run)
    try store.put(document, at: key, deadline: context.deadline)
    context.log.info(
      "day read",
      [
        "date": "\(date)", "events": .integer(records.count), "pages": .integer(day.pagesRead),
        "pagesFailed": .integer(day.failed.count), "rejected": .integer(day.listing.rejected.count),
        "bytes": .integer(document.count), "key": "\(key)",
      ])
    return Answer(ScrapeResult(day, key: "\(key)", url: store.url(of: "\(key)"), run: run))
  }
}
