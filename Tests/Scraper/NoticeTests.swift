import Contracts
import EventRecords
import Fetching
import Foundation
import ScraperFunction
import ScrapingSupport
import Testing
import Time

/// An item that lacks records must not look whole in the run's result.
struct NoticeTests {
  private final class CutExtractor: Extractor {
    let policy = makePolicy(site)

    func extract(
      _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline
    ) throws(PipelineError) -> Extract<EventRecord> {
      _ = fetcher.fetch([policy.site.url(of: "/items")], deadline: deadline)
      return Extract(
        records: [], pagesRead: 1, listedAt: Date(timeIntervalSince1970: 0), isComplete: false,
        notice: "7 pages were read, and the source has more")
    }
  }

  @Test("A scrape and its replay respond with the extractor's notice")
  func notice() throws {
    let scraper = ScraperHarness()
    let extractor = CutExtractor()
    let handler = ScraperHandler(
      defaultDataset: "wwoz", registry: { (_) throws(PipelineError) in (testDataset, extractor) },
      source: { _ in FakeSite() }, pages: { _, _ in nil }, store: scraper.store, time: scraper.time)
    let event = #"{"item": {"id": "a"}, "run": "1""#
    #expect(try scraper.handle(event + "}", by: handler, request: "one").notice?.hasPrefix("7 pages") == true)
    let replay = event.replacing("\"1\"", with: "\"2\"") + #", "replay": {"run": "1"}}"#
    #expect(try scraper.handle(replay, by: handler, request: "two").notice?.hasPrefix("7 pages") == true)
  }
}
