import Contracts
import Fetching
import Foundation
import ScrapingSupport
import TestSupport
import Testing
import Time

struct ScraperReplayTests {
  private let scraper = ScraperHarness()
  private var store: MemoryStore { scraper.store }
  private var time: ManualTime { scraper.time }
  private let listingPath = ScraperHarness.listingPath
  private let key = ScraperHarness.key
  private let archiveKey = ScraperHarness.archiveKey
  private let replayOfRun = #"{"date": "2024-05-31", "run": "again", "replay": {"run": "run-1"}}"#
  private let replayOfNewest = #"{"date": "2024-05-31", "run": "again", "replay": {}}"#

  @Test("A replay makes the same document from the archived pages, without a request")
  func replay() throws {
    try scraper.handle()
    let original = try #require(store.documents[key])
    time.advance(by: .seconds(86_400))
    let silent = FakeSite()
    let response = try scraper.handle(replayOfRun, on: silent)
    #expect(silent.requested.isEmpty)
    #expect(store.documents[key.replacing("run-1", with: "again")] == original)
    #expect(response.run == "again")
    #expect(response.archiveKey == archiveKey)
    #expect(response.pages == .init(read: 7, failed: 0, fetched: 0, validated: 0, shared: 0))
    #expect(store.archives.count == 1, "an archive is not copied")
  }

  @Test("Without a run the newest archive is replayed, even if no document was made from it")
  func newest() throws {
    let message = "no run has an archive of 2024-05-31, so there is nothing to replay: run it first"
    #expect(throws: PipelineError(.invalidInput, message)) { try scraper.handle(replayOfNewest) }
    for run in ["c", "b", "a"] {
      time.advance(by: .seconds(1))
      try scraper.handle(#"{"date": "2024-05-31", "run": "\#(run)"}"#)
    }
    // The state after a run whose listing only a corrected parser can read.
    store.documents = store.documents.filter { !$0.key.contains("_a.") }
    #expect(try scraper.handle(replayOfNewest).archiveKey.contains("_a.2024"))
    #expect(try scraper.handle(replayOfNewest).archiveKey.contains("_a.2024"), "the replay itself has no archive")
  }

  @Test(
    "An archive whose listing cannot be read is passed over for the one before it, and the log has the reason",
    arguments: [
      (.success(makePage("<h1>New!</h1>")), "The site's markup has changed"),
      (.failure(FetchError(.missing, "")), "status 404"),
      (.failure(FetchError(.timedOut, "too late")), "does not hold it"),
    ] as [(Result<Page, FetchError>, String)])
  func passedOver(listing: Result<Page, FetchError>, reason: String) throws {
    try scraper.handle()
    time.advance(by: .seconds(1))
    let broken = FakeSite()
    broken.pages[listingPath] = listing
    #expect(throws: PipelineError.self) { try scraper.handle(#"{"date": "2024-05-31", "run": "failed"}"#, on: broken) }
    #expect(store.archives.count == 2)
    var log: [String] = []
    let replayed = try scraper.handle(replayOfNewest) { log.append($0) }
    #expect(replayed.archiveKey == archiveKey)
    let passed = log.filter { $0.contains("archive passed over") }
    #expect(passed.count == 1 && passed[0].contains("_failed.2024") && passed[0].contains(reason), "\(log)")
    // A run that is named is not passed over.
    #expect(throws: PipelineError.self) { try scraper.handle(#"{"date": "2024-05-31", "replay": {"run": "failed"}}"#) }
  }

  @Test("A replay works after the source has moved to another address")
  func movedSource() throws {
    try scraper.handle()
    let moved = try scraper.handle(replayOfNewest, on: FakeSite(), baseURL: "https://calendar.example.com")
    #expect(moved.pages == .init(read: 7, failed: 0, fetched: 0, validated: 0, shared: 0))
    #expect(store.documents[key.replacing("run-1", with: "again")] == store.documents[key])
  }

  @Test("The archive of a failed run is replayed if there is no other")
  func failedRun() throws {
    let site = FakeSite([listingPath: "<h1>New!</h1>"])
    #expect(throws: PipelineError.self) { try scraper.handle(on: site) }
    let error = #expect(throws: PipelineError.self) { try scraper.handle(replayOfNewest) }
    #expect(error?.name == .sourceChanged)
  }

  @Test("Pages that failed, or were not requested, fail again")
  func missingPages() throws {
    let site = FakeSite.example()
    site.pages["/events/11"] = .failure(FetchError(.timedOut, "too late"))
    site.pages["/events/6"] = .failure(FetchError(.missing, "status 404"))
    try scraper.handle(on: site)
    let replayed = try scraper.handle(replayOfRun, on: FakeSite())
    #expect(replayed.eventCount == 3)
    #expect(
      replayed.failedPages.map(\.error) == ["status 404", "s3://bucket/\(archiveKey) does not hold it"])
  }

  @Test("A replay of an archive without the listing, or of a run without an archive, is InvalidInput")
  func missingArchive() throws {
    let site = FakeSite.example()
    site.pages[listingPath] = .failure(FetchError(.timedOut, "too late"))
    #expect(throws: PipelineError.self) { try scraper.handle(on: site) }
    let error = try #require(#expect(throws: PipelineError.self) { try scraper.handle(replayOfRun) })
    #expect(error.name == .invalidInput)
    #expect(error.message.contains("\(archiveKey) does not hold it"))
    let other = #expect(throws: PipelineError.self) {
      try scraper.handle(#"{"date": "2024-05-31", "replay": {"run": "never"}}"#)
    }
    #expect(other == PipelineError(.invalidInput, "the run 'never' has no archive of 2024-05-31"))
  }

  @Test("A damaged archive is StorageCorrupt, with its name and the position of the damage")
  func damagedArchive() throws {
    try scraper.handle()
    store.damage(archiveKey)
    let error = try #require(#expect(throws: PipelineError.self) { try scraper.handle(replayOfRun) })
    #expect(error.name == .storageCorrupt)
    #expect(error.message.contains("s3://bucket/\(archiveKey): "))
    #expect(error.message.contains("the member at byte 0"))
  }
}
