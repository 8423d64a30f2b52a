import Contracts
import EventRecords
import Fetching
import Foundation
import ScraperFunction
import ScrapingSupport
import TestSupport
import Testing
import Time

/// The scraper's part of the rule that one run of a dataset works at a time.
@Suite("The scraper of a dataset with a lock")
struct LockTests {
  private final class CountingExtractor: Extractor {
    let policy = makePolicy(site)
    private(set) var calls = 0

    func extract(
      _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline
    ) throws(PipelineError) -> Extract<EventRecord> {
      calls += 1
      return Extract(records: [], pagesRead: 0, listedAt: Date(timeIntervalSince1970: 0))
    }
  }

  private let scraper = ScraperHarness()
  private let extractor = CountingExtractor()
  private let lock: FakeLock
  private let handler: ScraperHandler

  init() {
    let (extractor, lock) = (extractor, FakeLock(scraper.time))
    self.lock = lock
    handler = ScraperHandler(
      defaultDataset: "wwoz", registry: { (_) throws(PipelineError) in (testDataset, extractor) },
      source: { _ in FakeSite() }, pages: { _, _ in nil }, store: scraper.store, lock: { _ in lock },
      time: scraper.time)
  }

  private func failure(_ run: String) -> PipelineError? {
    do {
      _ = try scraper.handle(#"{"item": {"id": "a"}, "run": "\#(run)"}"#, by: handler, request: run)
      return nil
    } catch { return error as? PipelineError }
  }

  @Test("renews the lock of its run before it reads the source")
  func renews() throws {
    _ = try lock.acquire(for: "run-a", deadline: .none(on: scraper.time))
    scraper.time.advance(by: .seconds(200))
    #expect(failure("run-a") == nil)
    #expect(lock.calls.last == "renew run-a" && extractor.calls == 1)
    #expect(lock.held?.until == scraper.time.now + 300)
  }

  @Test("stops as RunLocked before it reads the source, if its run has lost the lock")
  func lost() throws {
    _ = try lock.acquire(for: "run-b", deadline: .none(on: scraper.time))
    let error = failure("run-a")
    #expect(error?.name == .runLocked)
    #expect(error?.message.contains("so it does not read a: run run-b holds the lock since") == true)
    lock.error = PipelineError(.destinationUnavailable, "throttled")
    #expect(failure("run-b")?.name == .destinationUnavailable)
    #expect(extractor.calls == 0 && scraper.store.documents.isEmpty)
  }

  @Test("asks no lock for a person's request without a run")
  func withoutRun() throws {
    _ = try scraper.handle(#"{"item": {"id": "a"}}"#, by: handler, request: "r")
    #expect(lock.calls.isEmpty && extractor.calls == 1)
  }
}
