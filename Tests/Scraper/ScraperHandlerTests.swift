import EventRecords
import Fetching
import Foundation
import LambdaRuntime
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

@testable import Contracts

struct ScraperHandlerTests {
  private let scraper = ScraperHarness()
  private var store: MemoryStore { scraper.store }
  private var time: ManualTime { scraper.time }
  private let listingPath = ScraperHarness.listingPath
  private let key = ScraperHarness.key
  private let archiveKey = ScraperHarness.archiveKey

  @Test("The response has the shape of the legacy system, with the numbers of what was read")
  func response() throws {
    let response = try scraper.handle()
    let expected = """
      {"status": "success", "message": "3 events", "dataset": "wwoz", "item": "2024-05-31", "date": "2024-05-31",
       "event_count": 3, "s3_key": "\(key)", "s3_url": "s3://bucket/\(key)", "run": "run-1",
       "archive_key": "\(archiveKey)",
       "pages": {"read": 7, "failed": 0, "fetched": 8, "validated": 0, "shared": 0},
       "failed_pages": [], "rejected_count": 0, "rejected": [], "remarks": []}
      """
    let sent = try JSONSerialization.jsonObject(with: JSONEncoder().encode(response)) as? NSDictionary
    #expect(try sent == JSONSerialization.jsonObject(with: Data(expected.utf8)) as? NSDictionary)
    #expect(response == (try JSONDecoder().decode(ScrapeResponse.self, from: Data(expected.utf8))))
  }

  @Test("One log line and the metrics have the numbers of what was read and found")
  func counts() throws {
    let metrics = Metrics(time: time)
    var log: [String] = []
    try scraper.handle(metrics: metrics) { log.append($0) }
    #expect(metrics.values == ["ShowsFound": 3, "PagesFetched": 8])
    try #require(log.count == 1)
    #expect(
      log[0].contains(
        " INFO 2024-05-31: 3 records, 0 rows rejected; 7 pages read, 0 failed "
          + "(8 fetched, 0 validated, 0 shared); 0 ms "))

    let replayed = Metrics(time: time)
    try scraper.handle(#"{"date": "2024-05-31", "run": "r", "replay": {"run": "run-1"}}"#, metrics: replayed) {
      log.append($0)
    }
    #expect(replayed.values == ["ShowsFound": 3])
    #expect(log.last?.contains(" 7 pages read, 0 failed (from the archive); ") == true)
  }

  @Test("One document is stored, with every record and the run's result")
  func document() throws {
    try scraper.handle()
    #expect(Array(store.documents.keys) == [key])
    let document = try scraper.document()
    #expect(
      document.result
        == IngestionResult(
          success: true, source: "wwoz", dataType: "events", recordsProcessed: 3, recordsSuccessful: 3,
          recordsFailed: 0, errors: [], timestamp: "2024-05-31T08:00:00.000Z", archive: archiveKey))
    #expect(document.rejected.isEmpty)
    let records = try scraper.records()
    #expect(records.map(\.event.href) == ["/events/1056901", "/events/6", "/events/11"])
    #expect(records[0].performanceTime == "2024-05-31T15:00:00-05:00")
    #expect(records[1].performanceTime == nil)
    #expect(records.allSatisfy { $0.scrapeTime == "2024-05-31T03:00:00-05:00" })
    #expect(store.timeLeft == .seconds(900))
  }

  @Test("Lost pages and rejected rows are in the response and in the document")
  func losses() throws {
    let site = FakeSite.example()
    site.pages[listingPath] = .success(
      makePage(
        makeListing([
          makePanel(rows: [
            makeRow(), makeRow(link: "/node/1"), makeRow(link: "/events/6", when: "Friday, May 31 at 8:00"),
            makeRow(link: "/events/11"),
          ])
        ])))
    site.pages["/events/11"] = .failure(FetchError(.unavailable, "status 500"))
    let response = try scraper.handle(on: site)
    let reason = "'Big Example' has no link to an event (at 'Example Hall')"
    #expect(response.message == "3 events, 1 pages could not be read, 1 rows were rejected")
    #expect(response.eventCount == 3)
    #expect(response.pages == .init(read: 5, failed: 1, fetched: 6, validated: 0, shared: 0))
    #expect(
      response.failedPages == [FailedPage(url: "https://www.wwoz.org/events/11", error: "status 500")])
    #expect(response.rejectedCount == 1)
    #expect(response.rejected == [RowProblem(reason: reason, href: "/node/1")])
    #expect(response.remarks.map(\.href) == ["/events/6"])
    let document = try scraper.document()
    #expect(document.result?.recordsProcessed == 4)
    #expect(document.result?.recordsFailed == 1)
    #expect(document.result?.errors?.count == 3)
    #expect(document.rejected.map(\.reason) == [reason])
    #expect(document.rejected.map(\.href) == [""])
    #expect(document.rejected[0].text?.contains("Big Example") == true)
  }

  @Test("A day without shows is a success, with a document without records")
  func emptyDay() throws {
    let site = FakeSite([listingPath: makeListing([])])
    #expect(try scraper.handle(on: site).eventCount == 0)
    #expect(try scraper.document().records.isEmpty)
  }

  @Test("A request may name the item or the date at the top, and its id is the name of a run without one")
  func plainRequest() throws {
    let response = try scraper.handle(#"{"date": "2024-05-31"}"#)
    #expect(response.run == "request-1")
    #expect(response.s3Key.hasSuffix("events_2024-05-31_request-1.json"))
    let event = #"{"queryStringParameters": null, "date": "2024-05-31"}"#
    #expect(try scraper.handle(event, request: "request-2").status == "success")
    let item = #"{"dataset": "wwoz", "item": {"id": "2024-05-31", "date": "2024-05-31"}}"#
    #expect(try scraper.handle(item, request: "request-3").s3Key.hasSuffix("events_2024-05-31_request-3.json"))
  }

  @Test(
    "A missing or malformed date is InvalidInput",
    arguments: [
      "{}", #"{"queryStringParameters": null}"#, #"{"queryStringParameters": {}}"#, #"{"date": ""}"#,
      #"{"date": "2024-02-30"}"#, #"{"date": "31.05.2024"}"#, #"{"date": "2024-05-31T00:00:00Z"}"#,
      #"{"date": "today"}"#, #"{"item": {"id": "2024-05-31"}}"#, #"{"item": {"id": "a/b"}}"#,
      #"{"item": {"id": "x", "date": "2024-02-30"}}"#,
    ])
  func badDate(event: String) throws {
    let error = #expect(throws: PipelineError.self) { try scraper.handle(event) }
    #expect(error?.name == .invalidInput)
    #expect(store.documents.isEmpty)
  }

  @Test(
    "A run whose name the loader would refuse sends no request",
    arguments: ["", "a b", "a=b", "w\\u00f6chentlich", "a/../b"])
  func badRun(name: String) throws {
    let site = FakeSite.example()
    let error = #expect(throws: PipelineError.self) {
      try scraper.handle(#"{"date": "2024-05-31", "run": "\#(name)"}"#, on: site)
    }
    #expect(error?.name == .invalidInput)
    #expect(error?.message.hasPrefix("run must be 1 to 200 ASCII letters") == true)
    #expect(site.requested.isEmpty && store.documents.isEmpty && store.archives.isEmpty)
  }

  @Test("A value of another type cannot be decoded, which the runtime reports as InvalidInput")
  func wrongType() {
    #expect(throws: DecodingError.self) { try scraper.handle(#"{"date": 20240531}"#) }
    #expect(throws: DecodingError.self) { try scraper.handle("[]") }
  }

  @Test("For a source that has changed no document is stored, but the pages that prove it are")
  func sourceChanged() throws {
    let site = FakeSite([listingPath: "<h1>New!</h1>"])
    let metrics = Metrics(time: time)
    let error = #expect(throws: PipelineError.self) { try scraper.handle(on: site, metrics: metrics) }
    #expect(error?.name == .sourceChanged)
    #expect(metrics.values == ["PagesFetched": 2], "pages are counted, missing records are not")
    #expect(store.documents.isEmpty)
    let members = try WARCReader.members(of: try #require(store.archives[archiveKey]))
    let urls = ["/robots.txt", listingPath].map { "https://www.wwoz.org\($0)" }
    #expect(members.map(\.record.targetURI) == [nil] + urls)
    #expect(try members[2].record.response().body == Data("<h1>New!</h1>".utf8))
  }

  @Test("A listing to which the source refuses access is SourceRefused", arguments: [401, 403])
  func refused(status: Int) throws {
    let server = try ScriptedServer { $0.target == "/robots.txt" ? .http(404) : .http(status) }
    defer { server.stop() }
    let extractor = try makeExtractor(of: server.url)
    let handler = scraper.handler(HTTPPageSource(extractor.policy)) { _ in (testDataset, extractor) }
    let error = #expect(throws: PipelineError.self) { try scraper.handle(#"{"date": "2024-05-31"}"#, by: handler) }
    #expect(error?.name == .sourceRefused)
    #expect(error?.message.hasSuffix("cannot be read: status \(status)") == true)
    #expect(server.requests.count == 2, "it is not retried")
  }

  // MARK: Two attempts of a run

  /// Makes a second attempt of the run happen while the first requests its last event's page.
  private func interleave(_ first: FakeSite, with second: @escaping () throws -> Void) {
    first.whenRequested = { path in
      guard path == "/events/11" else { return }
      time.advance(by: .seconds(1))
      #expect(throws: Never.self) { try second() }
    }
  }

  @Test("Of two attempts at once the first stored document stays, with the pages that it was made of")
  func twoAttempts() throws {
    let smaller = FakeSite.example()
    smaller.pages[listingPath] = .success(makePage(makeListing([makePanel(rows: [makeRow()])])))
    var second: ScrapeResponse?
    let larger = FakeSite.example()
    interleave(larger) { second = try scraper.handle(on: smaller, request: "request-2") }
    var log: [String] = []
    let metrics = Metrics(time: time)
    let first = try scraper.handle(on: larger, metrics: metrics) { log.append($0) }

    let archive = archiveKey.replacing("000000Z-request-1", with: "001000Z-request-2")
    #expect(second?.archiveKey == archive)
    #expect(Set(store.archives.keys) == [archiveKey, archive], "each attempt has its own archive")
    #expect(try scraper.document().result?.archive == archive)
    #expect(try scraper.document().records.count == 1)
    // The first attempt returns the stored document, not the one that it made itself.
    for response in [first, try #require(second)] {
      #expect(response.s3Key == key)
      #expect(response.archiveKey == archive)
      #expect(response.eventCount == 1)
    }
    #expect(log.contains { $0.contains("another attempt has stored its document before") })
    #expect(metrics.values["ShowsFound"] == 3, "the records that it found itself are counted")
    let document = try #require(store.documents[key])
    try scraper.handle(#"{"date": "2024-05-31", "run": "again", "replay": {"run": "run-1"}}"#, on: FakeSite())
    #expect(store.documents[key.replacing("run-1", with: "again")] == document)
  }

  @Test("An attempt that fails does not remove what another attempt of the run has stored")
  func failureAfterSuccess() throws {
    let broken = FakeSite([listingPath: "<h1>New!</h1>"])
    broken.whenRequested = { path in
      guard path == listingPath else { return }
      time.advance(by: .seconds(1))
      #expect(throws: Never.self) { try scraper.handle(request: "request-2") }
    }
    #expect(throws: PipelineError.self) { try scraper.handle(on: broken) }
    #expect(
      store.written.map { $0.attempt ?? "document" } == [
        "20240531T080001000Z-request-2", "document", "20240531T080000000Z-request-1",
      ], "the pages before their document, and those of the failed attempt alone")
    let replayed = try scraper.handle(
      #"{"date": "2024-05-31", "run": "again", "replay": {"run": "run-1"}}"#, on: FakeSite())
    #expect(replayed.archiveKey.hasSuffix("request-2.warc.gz"))
  }

  @Test("An object at the document's key that no scraper wrote is StorageCorrupt", arguments: ["[]", "{}", "x"])
  func foreignDocument(content: String) throws {
    let item = WorkItem(date: try day("2024-05-31"))
    let raw = RawKey(dataset: testDataset, item: item, run: "run-1", started: time.now)
    _ = try store.put(Data(content.utf8), at: raw, deadline: .none(on: time))
    let message = "\(key) was not written by a scraper: it does not name an archive"
    #expect(throws: PipelineError(.storageCorrupt, message)) { try scraper.handle() }
  }

  @Test("If no response was received there is no archive")
  func nothingReceived() throws {
    let site = FakeSite()
    site.pages["/robots.txt"] = .failure(FetchError(.unavailable, "no answer"))
    let error = #expect(throws: PipelineError.self) { try scraper.handle(on: site) }
    #expect(error?.name == .sourceUnavailable)
    #expect(store.written.isEmpty)
  }

  @Test("A failure of the archive does not hide why the item failed")
  func failedArchive() throws {
    store.error = PipelineError(.storageUnavailable, "no answer")
    var log: [String] = []
    let error = #expect(throws: PipelineError.self) {
      try scraper.handle(on: FakeSite([listingPath: "<h1>New!</h1>"])) { log.append($0) }
    }
    #expect(error?.name == .sourceChanged)
    #expect(log.contains { $0.contains("the pages of a failed item are lost") })
  }

  @Test("A listing that robots.txt disallows is SourceChanged, and is not requested")
  func disallowedListing() throws {
    let site = FakeSite.example()
    site.pages["/robots.txt"] = .success(makePage("User-agent: *\nDisallow: /calendar/\n"))
    let error = try #require(#expect(throws: PipelineError.self) { try scraper.handle(on: site) })
    #expect(error.name == .sourceChanged)
    #expect(error.message.contains("https://www.wwoz.org/robots.txt asks not to read it"))
    #expect(site.requested == ["/robots.txt"])
  }

  // MARK: The run's rate and time

  @Test("Each scraper has its part of the run's rate, and Crawl-delay lowers it")
  func rate() throws {
    let site = FakeSite.example()
    try scraper.handle(on: site)
    #expect(site.minimumInterval == .milliseconds(500), "10 requests a second for five scrapers")
    try scraper.handle(#"{"date": "2024-05-31", "sharing": 1}"#, on: site, request: "request-2")
    #expect(site.minimumInterval == .milliseconds(100))
    site.pages["/robots.txt"] = .success(makePage("User-agent: *\nCrawl-delay: 2\n"))
    try scraper.handle(#"{"date": "2024-05-31", "sharing": 3}"#, on: site, request: "request-3")
    #expect(site.minimumInterval == .seconds(6), "one request in 2 s by all three together")
  }

  @Test("Scrapers that start at once are staggered by their index, after Crawl-delay is known")
  func stagger() throws {
    func start(slot: Int, _ robots: String? = nil) throws -> Duration {
      let site = FakeSite.example()
      if let robots { site.pages["/robots.txt"] = .success(makePage(robots)) }
      let start = time.uptime
      var began = Duration.zero
      site.whenRequested = { if $0 == listingPath { began = time.uptime } }
      try scraper.handle(#"{"date": "2024-05-31", "run": "\#(UUID())", "sharing": 5, "slot": \#(slot)}"#, on: site)
      return began - start
    }
    #expect(try [0, 1, 4, 5, 13].map { try start(slot: $0) } == [0, 100, 400, 0, 300].map { .milliseconds($0) })
    let slow = "User-agent: *\nCrawl-delay: 10\n"
    #expect(try (0..<5).map { try start(slot: $0, slow) } == [0, 10, 20, 30, 40].map { .seconds($0) })
    #expect(throws: PipelineError.self) { try start(slot: 4, "User-agent: *\nCrawl-delay: 3600\n") }
  }

  @Test("Time is reserved for writing what was read")
  func reserve() throws {
    let site = FakeSite.example()
    site.delay = (.seconds(14), time)
    let response = try scraper.handle(on: site, within: .seconds(60))
    #expect(response.eventCount == 3)
    #expect(response.pages == .init(read: 6, failed: 1, fetched: 7, validated: 0, shared: 0))
    #expect(store.timeLeft == .seconds(15))
  }

  @Test("An item most of whose pages could not be read says so, another one does not")
  func mostPagesFail() throws {
    let site = FakeSite.example()
    #expect(try scraper.handle(on: site).notice == nil)
    for path in site.pages.keys where path.hasPrefix("/events/") || path.hasPrefix("/organizations/") {
      site.pages[path] = nil
    }
    let response = try scraper.handle(#"{"date": "2024-05-31", "run": "broken"}"#, on: site)
    #expect(response.eventCount == 3)
    #expect(response.notice == "5 of 6 pages could not be read, and what was known of them is kept: status 404")
  }

  @Test("A store that fails fails the item")
  func failingStore() throws {
    store.error = PipelineError(.storageUnavailable, "no answer")
    let metrics = Metrics(time: time)
    let error = #expect(throws: PipelineError.self) { try scraper.handle(metrics: metrics) }
    #expect(error?.name == .storageUnavailable)
    #expect(metrics.values == ["ShowsFound": 3, "PagesFetched": 8], "what was read is counted")
  }
}
