import Foundation
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import RawStore
import TestSupport
import Testing
import Time
import WARC

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

struct ScraperHandlerTests {
  /// Keeps documents in memory.
  private final class MemoryStore: ExtractStore {
    var documents: [String: Data] = [:]
    var timeLeft: Duration?
    var error: PipelineError?

    /// Everything, archives included, in the order in which it was written.
    private(set) var written: [RawKey] = []
    private(set) var archives: [String: Data] = [:]

    func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) -> Bool {
      if let error { throw error }
      timeLeft = deadline.remaining
      guard !written.contains(key) else { return false }
      written.append(key)
      if key.attempt != nil { archives["\(key)"] = data } else { documents["\(key)"] = data }
      return true
    }

    func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
      guard let data = archives[key] ?? documents[key] else { throw PipelineError(.invalidInput, "nothing at \(key)") }
      return data
    }

    func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey] {
      if let error { throw error }
      return written.filter { $0.attempt != nil && $0.date == key.date }.sorted {
        ($0.attempt ?? "") < ($1.attempt ?? "")
      }
    }

    func damage(_ key: String) { archives[key]?[100] ^= 0xFF }

    func url(of key: String) -> String { "s3://bucket/\(key)" }
  }

  private let settings: ScraperSettings
  private let time = ManualTime(Date(timeIntervalSince1970: 1_717_142_400))  // 2024-05-31T08:00:00Z
  private let store = MemoryStore()
  private let listingPath = "/calendar/livewire-music?date=2024-05-31"
  private let archiveKey =
    "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_run-1.20240531T080000000Z-request-1.warc.gz"
  private let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_run-1.json"

  init() throws {
    var configuration = Configuration(environment: [:])
    settings = try ScraperSettings(from: &configuration)
  }

  /// Runs the handler on an event as it comes over the wire, and answers with the body of its answer.
  private func body(
    _ event: String = #"{"queryStringParameters": {"date": "2024-05-31"}, "run": "run-1"}"#,
    on fake: FakeSite = .example(), request: String = "request-1", baseURL: String? = nil,
    within limit: Duration = .seconds(900), metrics: Metrics = Metrics(), log: @escaping (String) -> Void = { _ in }
  ) throws -> [String: Any] {
    var configuration = Configuration(environment: ["BASE_URL": baseURL ?? ""])
    let handler = try ScraperHandler(
      baseURL == nil ? settings : ScraperSettings(from: &configuration), source: fake, pages: nil, store: store,
      zone: Dataset.wwoz.timeZoneRules(), time: time)
    let context = LambdaContext(
      requestID: request, deadline: Deadline(after: limit, on: time),
      log: Logger(environment: [:], time: time, write: log), metrics: metrics)
    let decoded = try JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8))
    let data = try JSONEncoder().encode(try handler.handle(decoded, context))
    let answer = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(answer["statusCode"] as? Int == 200)
    return try #require(answer["body"] as? [String: Any])
  }

  private func kept() throws -> [String: Any] {
    let data = try #require(store.documents[key])
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("It answers in the shape of system 000, and with what it read")
  func answer() throws {
    let body = try body()
    #expect(body["status"] as? String == "success")
    #expect(body["message"] as? String == "3 events")
    #expect(body["date"] as? String == "2024-05-31")
    #expect(body["event_count"] as? Int == 3)
    #expect(body["s3_key"] as? String == key)
    #expect(body["s3_url"] as? String == "s3://bucket/\(key)")
    #expect(body["run"] as? String == "run-1")
    #expect(body["pages"] as? [String: Int] == ["read": 7, "failed": 0, "fetched": 8, "validated": 0, "shared": 0])
    #expect(body["archive_key"] as? String == archiveKey)
    #expect((body["failed_pages"] as? [Any])?.isEmpty == true)
    #expect(body["rejected_count"] as? Int == 0)
    #expect((body["rejected"] as? [Any])?.isEmpty == true)
    #expect((body["remarks"] as? [Any])?.isEmpty == true)
    #expect(body.count == 13)
  }

  @Test("It counts what it read and what it found, and says so in one line")
  func counts() throws {
    let metrics = Metrics(time: time)
    var log: [String] = []
    _ = try body(metrics: metrics) { log.append($0) }
    #expect(metrics.values == ["ShowsFound": 3, "PagesFetched": 8])
    try #require(log.count == 1)
    #expect(
      log[0].contains(
        " INFO 2024-05-31: 3 shows, 0 rows rejected; 7 pages read, 0 failed (8 fetched, 0 validated, 0 shared); 0 ms "))

    let replayed = Metrics(time: time)
    _ = try body(#"{"date": "2024-05-31", "run": "r", "replay": {"run": "run-1"}}"#, metrics: replayed) {
      log.append($0)
    }
    #expect(replayed.values == ["ShowsFound": 3])
    #expect(log.last?.contains(" 7 pages read, 0 failed (from the archive); ") == true)
  }

  @Test("It keeps one document, with every record and the account of the run")
  func document() throws {
    _ = try body()
    #expect(Array(store.documents.keys) == [key])
    let document = try kept()
    let result = try #require(document["ingestion_result"] as? [String: Any])
    #expect(result["success"] as? Bool == true)
    #expect(result["source"] as? String == "wwoz")
    #expect(result["data_type"] as? String == "events")
    #expect(result["records_processed"] as? Int == 3)
    #expect(result["records_successful"] as? Int == 3)
    #expect(result["records_failed"] as? Int == 0)
    #expect(result["errors"] as? [String] == [])
    #expect(result["timestamp"] as? String == "2024-05-31T08:00:00.000Z")
    let records = try #require(document["records"] as? [[String: Any]])
    #expect(records.count == 3)
    #expect(records[0]["performance_time"] as? String == "2024-05-31T15:00:00-05:00")
    #expect(records[1]["performance_time"] is NSNull)
    #expect(records.allSatisfy { $0["scrape_time"] as? String == "2024-05-31T03:00:00-05:00" })
    #expect(result["archive"] as? String == archiveKey)
    #expect(store.timeLeft == .seconds(900))
  }

  @Test("The document reads back as the records that the loader knows")
  func roundTrip() throws {
    struct Document: Decodable {
      let records: [EventRecord]
    }
    _ = try body()
    let records = try JSONDecoder().decode(Document.self, from: try #require(store.documents[key])).records
    #expect(records.map(\.event.href) == ["/events/1056901", "/events/6", "/events/11"])
  }

  @Test("What was lost on the way is told")
  func losses() throws {
    let fake = FakeSite.example()
    fake.pages["/calendar/livewire-music?date=2024-05-31"] = .success(
      makePage(
        makeListing([
          makePanel(rows: [
            makeRow(), makeRow(link: "/node/1"), makeRow(link: "/events/6", when: "Friday, May 31 at 8:00"),
            makeRow(link: "/events/11"),
          ])
        ])))
    fake.pages["/events/11"] = .failure(FetchError(.unavailable, "status 500"))
    let body = try body(on: fake)
    #expect(body["message"] as? String == "3 events, 1 pages could not be read, 1 rows were rejected")
    #expect(body["event_count"] as? Int == 3)
    #expect(body["pages"] as? [String: Int] == ["read": 5, "failed": 1, "fetched": 6, "validated": 0, "shared": 0])
    #expect(
      body["failed_pages"] as? [[String: String]] == [["url": "https://www.wwoz.org/events/11", "error": "status 500"]])
    #expect(
      body["rejected"] as? [[String: String]] == [
        ["reason": "'Big Example' has no link to an event (at 'Example Hall')", "href": "/node/1"]
      ])
    #expect((body["remarks"] as? [[String: String]])?.map { $0["href"] } == ["/events/6"])
    let result = try #require(try kept()["ingestion_result"] as? [String: Any])
    #expect(result["records_processed"] as? Int == 4)
    #expect(result["records_failed"] as? Int == 1)
    #expect((result["errors"] as? [String])?.count == 3)
    let rejected = try #require(try kept()["rejected"] as? [[String: String]])
    #expect(rejected.map { $0["reason"] } == ["'Big Example' has no link to an event (at 'Example Hall')"])
    #expect(rejected.map { $0["href"] } == [""])
    #expect(rejected[0]["text"]?.contains("Big Example") == true)
  }

  @Test("A day without shows is a success, with a document without records")
  func emptyDay() throws {
    let fake = FakeSite(["/calendar/livewire-music?date=2024-05-31": makeListing([])])
    #expect(try body(on: fake)["event_count"] as? Int == 0)
    #expect((try kept()["records"] as? [Any])?.isEmpty == true)
  }

  @Test("The date may stand at the top, and the request names the run that has no name")
  func plainEvent() throws {
    let body = try body(#"{"date": "2024-05-31"}"#)
    #expect(body["run"] as? String == "request-1")
    #expect((body["s3_key"] as? String)?.hasSuffix("events_2024-05-31_request-1.json") == true)
    let event = #"{"queryStringParameters": null, "date": "2024-05-31"}"#
    #expect(try self.body(event, request: "request-2")["status"] as? String == "success")
  }

  @Test(
    "What is no date is InvalidInput",
    arguments: [
      "{}", #"{"queryStringParameters": null}"#, #"{"queryStringParameters": {}}"#, #"{"date": ""}"#,
      #"{"date": "2024-02-30"}"#, #"{"date": "31.05.2024"}"#, #"{"date": "2024-05-31T00:00:00Z"}"#,
      #"{"date": "today"}"#,
    ])
  func badDate(event: String) throws {
    let error = #expect(throws: PipelineError.self) { try body(event) }
    #expect(error?.name == .invalidInput)
    #expect(store.documents.isEmpty)
  }

  @Test("A date that is no text cannot be decoded, which the runtime reports as InvalidInput")
  func wrongType() {
    #expect(throws: DecodingError.self) { try body(#"{"date": 20240531}"#) }
    #expect(throws: DecodingError.self) { try body("[]") }
  }

  @Test("A source that has changed keeps no document, and the pages that show it")
  func sourceChanged() throws {
    let fake = FakeSite(["/calendar/livewire-music?date=2024-05-31": "<h1>New!</h1>"])
    let metrics = Metrics(time: time)
    let error = #expect(throws: PipelineError.self) { try body(on: fake, metrics: metrics) }
    #expect(error?.name == .sourceChanged)
    #expect(metrics.values == ["PagesFetched": 2], "what was read is counted, what was not found is not")
    #expect(store.documents.isEmpty)
    let members = try WARCReader.members(of: try #require(store.archives[archiveKey]))
    #expect(members.map(\.record.targetURI) == [nil] + ["/robots.txt", listingPath].map(site.url(of:)))
    #expect(try members[2].record.response().body == Data("<h1>New!</h1>".utf8))
  }

  // MARK: Two tries of a run

  /// Lets a second try of the run happen while the first is at its last event's page.
  private func interleave(_ first: FakeSite, with second: @escaping () throws -> Void) {
    first.whenAsked = { path in
      guard path == "/events/11" else { return }
      time.advance(by: .seconds(1))
      #expect(throws: Never.self) { try second() }
    }
  }

  @Test("Of two tries at once the document that was kept first stays, beside the pages that it was made of")
  func twoTries() throws {
    let smaller = FakeSite.example()
    smaller.pages[listingPath] = .success(makePage(makeListing([makePanel(rows: [makeRow()])])))
    var second: [String: Any] = [:]
    let larger = FakeSite.example()
    interleave(larger) { second = try body(on: smaller, request: "request-2") }
    var log: [String] = []
    let metrics = Metrics(time: time)
    let first = try body(on: larger, metrics: metrics) { log.append($0) }

    let archive = archiveKey.replacing("000000Z-request-1", with: "001000Z-request-2")
    #expect(second["archive_key"] as? String == archive)
    #expect(Set(store.archives.keys) == [archiveKey, archive], "each try has its own")
    #expect((try kept()["ingestion_result"] as? [String: Any])?["archive"] as? String == archive)
    #expect((try kept()["records"] as? [Any])?.count == 1)
    // The first try says what lies there, not what it has read.
    for answer in [first, second] {
      #expect(answer["s3_key"] as? String == key)
      #expect(answer["archive_key"] as? String == archive)
      #expect(answer["event_count"] as? Int == 1)
    }
    #expect(log.contains { $0.contains("another try has kept its document before") })
    #expect(metrics.values["ShowsFound"] == 3, "what it has read is counted all the same")
    let document = try #require(store.documents[key])
    _ = try body(#"{"date": "2024-05-31", "run": "again", "replay": {"run": "run-1"}}"#, on: FakeSite())
    #expect(store.documents[key.replacing("run-1", with: "again")] == document)
  }

  @Test("A try that fails does not take away what another of the same run has kept")
  func failsAfterSuccess() throws {
    let broken = FakeSite([listingPath: "<h1>New!</h1>"])
    broken.whenAsked = { path in
      guard path == listingPath else { return }
      time.advance(by: .seconds(1))
      #expect(throws: Never.self) { try body(request: "request-2") }
    }
    #expect(throws: PipelineError.self) { try body(on: broken) }
    #expect(
      store.written.map { $0.attempt ?? "document" } == [
        "20240531T080001000Z-request-2", "document", "20240531T080000000Z-request-1",
      ], "the pages first, and those of the try that failed by themselves")
    let replayed = try body(#"{"date": "2024-05-31", "run": "again", "replay": {"run": "run-1"}}"#, on: FakeSite())
    #expect((replayed["archive_key"] as? String)?.hasSuffix("request-2.warc.gz") == true)
  }

  @Test("A document that is there and is none of a scraper's is StorageCorrupt")
  func foreignDocument() throws {
    let date = try #require(CalendarDate("2024-05-31"))
    let raw = RawKey(dataset: "wwoz", dataType: "events", date: date, run: "run-1")
    _ = try store.put(Data("[]".utf8), at: raw, deadline: .none(on: time))
    #expect(throws: PipelineError(.storageCorrupt, "\(key) is not what a scraper writes: it names no archive")) {
      try body()
    }
  }

  @Test("Of a day of which nothing came there is no archive")
  func nothingCame() throws {
    let fake = FakeSite()
    fake.pages["/robots.txt"] = .failure(FetchError(.unavailable, "no answer"))
    let error = #expect(throws: PipelineError.self) { try body(on: fake) }
    #expect(error?.name == .sourceUnavailable)
    #expect(store.written.isEmpty)
  }

  @Test("What cannot be archived any more does not hide why the day failed")
  func archiveOfFailedDayFails() throws {
    store.error = PipelineError(.storageUnavailable, "no answer")
    let error = #expect(throws: PipelineError.self) { try body(on: FakeSite([listingPath: "<h1>New!</h1>"])) }
    #expect(error?.name == .sourceChanged)
  }

  @Test("A listing that robots.txt asks not to read is SourceChanged, and is not asked for")
  func disallowedListing() throws {
    let fake = FakeSite.example()
    fake.pages["/robots.txt"] = .success(makePage("User-agent: *\nDisallow: /calendar/\n"))
    let error = try #require(#expect(throws: PipelineError.self) { try body(on: fake) })
    #expect(error.name == .sourceChanged)
    #expect(error.message.contains("https://www.wwoz.org/robots.txt asks not to read it"))
    #expect(fake.asked == ["/robots.txt"])
  }

  @Test("Each scraper has its part of the run's rate, and Crawl-delay lowers it")
  func rate() throws {
    let fake = FakeSite.example()
    _ = try body(on: fake)
    #expect(fake.spacing == .milliseconds(500), "10 a second for five")
    _ = try body(#"{"date": "2024-05-31", "sharing": 1}"#, on: fake, request: "request-2")
    #expect(fake.spacing == .milliseconds(100))
    fake.pages["/robots.txt"] = .success(makePage("User-agent: *\nCrawl-delay: 2\n"))
    _ = try body(#"{"date": "2024-05-31", "sharing": 3}"#, on: fake, request: "request-3")
    #expect(fake.spacing == .seconds(6), "one request in 2 s of all three")
  }

  @Test("Scrapers that begin at once begin one after another, by their slots, when Crawl-delay is known")
  func turns() throws {
    func start(slot: Int, _ robots: String? = nil) throws -> Duration {
      let fake = FakeSite.example()
      if let robots { fake.pages["/robots.txt"] = .success(makePage(robots)) }
      let start = time.uptime
      var began = Duration.zero
      fake.whenAsked = { if $0 == listingPath { began = time.uptime } }
      _ = try body(
        #"{"date": "2024-05-31", "run": "\#(UUID())", "sharing": 5, "slot": \#(slot)}"#, on: fake)
      return began - start
    }
    #expect(try [0, 1, 4, 5, 13].map { try start(slot: $0) } == [0, 100, 400, 0, 300].map { .milliseconds($0) })
    let slow = "User-agent: *\nCrawl-delay: 10\n"
    #expect(try (0..<5).map { try start(slot: $0, slow) } == [0, 10, 20, 30, 40].map { .seconds($0) })
    #expect(throws: PipelineError.self) { try start(slot: 4, "User-agent: *\nCrawl-delay: 3600\n") }
  }

  @Test(
    "Pages are claimed by scrapers that know when their run began, if there are several",
    arguments: [
      (#""started": "2024-05-31T07:59:00Z""#, true), (#""started": null"#, false),
      (#""started": "2024-05-31T07:59:00Z", "sharing": 1"#, false),
    ])
  func claims(fields: String, expected: Bool) throws {
    let event = Data(#"{"date": "2024-05-31", "replay": null, \#(fields)}"#.utf8)
    let job = try JSONDecoder().decode(ScrapeRequest.self, from: event).job(
      requestID: "r", now: time.now, requestsPerSecond: 10)
    #expect(job.usesLeases == expected)
    #expect(job.started == time.now - (fields.contains("null") ? 0 : 60))
  }

  @Test(
    "What an event says of its run that makes no sense is InvalidInput",
    arguments: [
      #""started": "yesterday""#, #""started": "2999-01-01T00:00:00Z""#, #""started": "2024-05-31T08:05:01Z""#,
      #""run": """#, #""run": "a\nb""#, #""run": "\u0000""#, #""sharing": 0"#, #""sharing": 1001"#,
      #""slot": -1"#,
    ])
  func badRun(field: String) throws {
    let error = #expect(throws: PipelineError.self) { try body(#"{"date": "2024-05-31", \#(field)}"#) }
    #expect(error?.name == .invalidInput)
  }

  // MARK: Replay

  @Test("A replay makes the same document of the pages that were read, without asking for one")
  func replay() throws {
    _ = try body()
    let original = try #require(store.documents[key])
    time.advance(by: .seconds(86_400))
    let silent = FakeSite()
    let body = try body(#"{"date": "2024-05-31", "run": "again", "replay": {"run": "run-1"}}"#, on: silent)
    #expect(silent.asked.isEmpty)
    #expect(store.documents[key.replacing("run-1", with: "again")] == original)
    #expect(body["run"] as? String == "again")
    #expect(body["archive_key"] as? String == archiveKey)
    #expect(body["pages"] as? [String: Int] == ["read": 7, "failed": 0, "fetched": 0, "validated": 0, "shared": 0])
    #expect(store.archives.count == 1, "an archive is not copied")
  }

  @Test("Without a run's name the archive that was begun last is replayed, whether or not a document was made of it")
  func replayOfNewest() throws {
    let event = #"{"date": "2024-05-31", "run": "again", "replay": {}}"#
    #expect(throws: PipelineError(.invalidInput, "no run has an archive of 2024-05-31, so there is nothing to replay"))
    {
      try body(event)
    }
    for run in ["c", "b", "a"] {
      time.advance(by: .seconds(1))
      _ = try body(#"{"date": "2024-05-31", "run": "\#(run)"}"#)
    }
    // As a night leaves it whose listing only a mended parser can read.
    store.documents = store.documents.filter { !$0.key.contains("_a.") }
    #expect((try body(event)["archive_key"] as? String)?.contains("_a.2024") == true)
    #expect((try body(event)["archive_key"] as? String)?.contains("_a.2024") == true, "not of the replay itself")
  }

  @Test(
    "An archive whose listing cannot be read is passed over for the one before it, and the log says why",
    arguments: [
      (.success(makePage("<h1>New!</h1>")), "The site's markup has changed"),
      (.failure(FetchError(.missing, "")), "status 404"),
      (.failure(FetchError(.timedOut, "too late")), "does not hold it"),
    ] as [(Result<Page, FetchError>, String)])
  func passedOver(listing: Result<Page, FetchError>, reason: String) throws {
    _ = try body()
    time.advance(by: .seconds(1))
    let broken = FakeSite()
    broken.pages[listingPath] = listing
    #expect(throws: PipelineError.self) { try body(#"{"date": "2024-05-31", "run": "failed"}"#, on: broken) }
    #expect(store.archives.count == 2)
    var log: [String] = []
    let replayed = try body(#"{"date": "2024-05-31", "run": "again", "replay": {}}"#) { log.append($0) }
    #expect(replayed["archive_key"] as? String == archiveKey)
    let passed = log.filter { $0.contains("archive passed over") }
    #expect(passed.count == 1 && passed[0].contains("_failed.2024") && passed[0].contains(reason), "\(log)")
    // A run that is named is meant.
    #expect(throws: PipelineError.self) { try body(#"{"date": "2024-05-31", "replay": {"run": "failed"}}"#) }
  }

  @Test("A replay needs no address of the source: it may have moved since")
  func replayAfterMove() throws {
    _ = try body()
    let event = #"{"date": "2024-05-31", "run": "again", "replay": {}}"#
    let moved = try body(event, on: FakeSite(), baseURL: "https://calendar.example.com")
    #expect(moved["pages"] as? [String: Int] == ["read": 7, "failed": 0, "fetched": 0, "validated": 0, "shared": 0])
    #expect(store.documents[key.replacing("run-1", with: "again")] == store.documents[key])
  }

  @Test("The archive of a failed night is replayed when there is no other, with what it has")
  func replayOfFailedNight() throws {
    let fake = FakeSite([listingPath: "<h1>New!</h1>"])
    #expect(throws: PipelineError.self) { try body(on: fake) }
    let error = #expect(throws: PipelineError.self) { try body(#"{"date": "2024-05-31", "replay": {}}"#) }
    #expect(error?.name == .sourceChanged)
  }

  @Test("A page that failed, and one that was never asked for, fail again")
  func replayWithoutPages() throws {
    let fake = FakeSite.example()
    fake.pages["/events/11"] = .failure(FetchError(.timedOut, "too late"))
    fake.pages["/events/6"] = .failure(FetchError(.missing, "status 404"))
    _ = try body(on: fake)
    let replayed = try body(#"{"date": "2024-05-31", "run": "again", "replay": {"run": "run-1"}}"#, on: FakeSite())
    #expect(replayed["event_count"] as? Int == 3)
    #expect(
      (replayed["failed_pages"] as? [[String: String]])?.map { $0["error"] } == [
        "status 404", "s3://bucket/\(archiveKey) does not hold it",
      ])
  }

  @Test("A replay of an archive without the day's listing, or of a run without an archive, is InvalidInput")
  func replayOfNothing() throws {
    let fake = FakeSite.example()
    fake.pages[listingPath] = .failure(FetchError(.timedOut, "too late"))
    #expect(throws: PipelineError.self) { try body(on: fake) }
    let event = #"{"date": "2024-05-31", "replay": {"run": "run-1"}}"#
    let error = try #require(#expect(throws: PipelineError.self) { try body(event) })
    #expect(error.name == .invalidInput)
    #expect(error.message.contains("\(archiveKey) does not hold it"))
    let other = #expect(throws: PipelineError.self) {
      try body(#"{"date": "2024-05-31", "replay": {"run": "never"}}"#)
    }
    #expect(other?.name == .invalidInput)
  }

  @Test("A damaged archive is StorageCorrupt, with its name and the place of the damage")
  func damagedArchive() throws {
    _ = try body()
    store.damage(archiveKey)
    let error = try #require(
      #expect(throws: PipelineError.self) { try body(#"{"date": "2024-05-31", "replay": {"run": "run-1"}}"#) })
    #expect(error.name == .storageCorrupt)
    #expect(error.message.contains("s3://bucket/\(archiveKey): "))
    #expect(error.message.contains("the member at byte 0"))
  }

  @Test("Enough of the time is kept to write what was read")
  func reserve() throws {
    let fake = FakeSite.example()
    fake.takes = (.seconds(15), time)
    let body = try body(on: fake, within: .seconds(60))
    #expect(body["event_count"] as? Int == 3)
    #expect(body["pages"] as? [String: Int] == ["read": 6, "failed": 1, "fetched": 7, "validated": 0, "shared": 0])
    #expect(store.timeLeft == .seconds(15))
  }

  @Test("A store that fails fails the run")
  func storeFails() throws {
    store.error = PipelineError(.storageUnavailable, "no answer")
    let metrics = Metrics(time: time)
    let error = #expect(throws: PipelineError.self) { try body(metrics: metrics) }
    #expect(error?.name == .storageUnavailable)
    #expect(metrics.values == ["ShowsFound": 3, "PagesFetched": 8], "what was read is counted")
  }
}
