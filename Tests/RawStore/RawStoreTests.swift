import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import RawStore

/// A dataset whose items are days.
let testDataset = Dataset(
  id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "example", sinks: [])

struct RawStoreTests {
  private var deadline: Deadline { Deadline(after: .seconds(20), on: SystemTime()) }
  private let key: RawKey

  init() throws {
    key = try Self.key("2024-05-31", run: "nightly-1")
  }

  private static func key(_ date: String, run: String) throws -> RawKey {
    let item = WorkItem(date: try #require(CalendarDate(date)))
    return RawKey(dataset: testDataset, item: item, run: run, started: Date(timeIntervalSince1970: 0))
  }

  @Test("What continues an archive or a document has the attempt and a number in its key, and is no archive of its own")
  func numbers() throws {
    let archive = key.archive(begun: Date(timeIntervalSince1970: 1_717_142_400), request: "a_2.b")
    let name = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_nightly-1.20240531T080000000Z-a-2-b"
    #expect("\(archive)" == "\(name).warc.gz" && archive.segment(1) == archive)
    #expect("\(archive.segment(2))" == "\(name)_2.warc.gz" && !archive.segment(2).isDocument)
    #expect("\(archive.part(3))" == "\(name)_3.json" && archive.part(3).isDocument)
    #expect(RawKey.segment(12, ofArchiveAt: "\(archive)") == "\(archive.segment(12))")
    let s3 = try MemoryS3()
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment)
    for key in ["\(archive)", "\(archive.segment(2))", "\(archive.part(2))", "\(key)"] { s3.put(Data([0x1F]), at: key) }
    #expect(try store.archives(beside: key, deadline: Deadline(after: .seconds(10), on: SystemTime())) == [archive])
  }

  private func make(
    _ endpoint: String, secret: String = "s", key: String = "AKID", time: any TimeSource = SystemTime()
  ) throws -> RawStore {
    try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"),
      environment: ["AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret], time: time
    )
  }

  private static func s3Error(_ status: Int, _ code: String) -> ScriptedServer.Reply {
    .http(
      status, [("Content-Type", "application/xml")], "<Error><Code>\(code)</Code><Message>so it is</Message></Error>")
  }

  @Test(
    "Keys are partitioned by the date of the item (F29)",
    arguments: [
      ("nightly-1", "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_nightly-1.json"),
      ("8f14-AB.c_d", "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_8f14-AB.c_d.json"),
      ("../../etc/x y+ü\n", "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_..-..-etc-x-y---.json"),
    ])
  func keys(run: String, expected: String) throws {
    #expect(try Self.key("2024-05-31", run: run).description == expected)
  }

  @Test("A run of any length makes a key that S3 accepts")
  func longRun() throws {
    let key = try Self.key("0999-01-02", run: String(repeating: "x", count: 5000))
    #expect(key.description.utf8.count < 1024)
    #expect(key.description.hasPrefix("raw/wwoz/events/year=0999/month=01/day=02/events_0999-01-02_xxx"))
  }

  @Test("The key of an item without a date is partitioned by the date of the run in UTC, and has no date as metadata")
  func undatedItem() throws {
    let started = try #require(RFC3339.parse("2024-05-31T23:30:00-05:00")?.date)
    let key = RawKey(dataset: testDataset, item: try WorkItem(id: "new-orleans.jazz"), run: "r", started: started)
    let expected = "raw/wwoz/events/year=2024/month=06/day=01/events_new-orleans.jazz_r"
    #expect(key.description == "\(expected).json")
    let archive = key.archive(begun: started, request: "q").description
    #expect(archive == "\(expected).20240601T043000000Z-q.warc.gz")
    let server = try ScriptedServer(replies: [.http(200, [("ETag", "\"e\"")])])
    try make(server.url).put(Data("{}".utf8), at: key, deadline: deadline)
    let request = try #require(server.requests.first)
    #expect(request.header("x-amz-meta-item") == "new-orleans.jazz")
    #expect(request.header("x-amz-meta-date") == nil)
    let early = Date(timeIntervalSince1970: -1)
    let earlyKey = RawKey(dataset: testDataset, item: key.item, run: "r", started: early)
    #expect(earlyKey.partition.description == "1969-12-31")
  }

  @Test("The first part of a key is the source of the dataset")
  func source() throws {
    let dataset = Dataset(
      id: "a", source: "b", dataType: "c", timeZone: "America/Chicago", extractor: "example", sinks: [])
    let item = try WorkItem(id: "1", date: CalendarDate("2024-05-31"))
    let key = RawKey(dataset: dataset, item: item, run: "r", started: Date())
    #expect(key.description == "raw/b/c/year=2024/month=05/day=31/c_1_r.json")
  }

  @Test(
    "Keys of the catalog's sources have their types, artists, venues and events, and the run's date in UTC",
    arguments: [
      ("ticketmaster", "events", "raw/ticketmaster/events/year=2025/month=11/day=19/events_new-york.concert_r.json"),
      ("ticketmaster", "venues", "raw/ticketmaster/venues/year=2025/month=11/day=19/venues_new-york.concert_r.json"),
      ("spotify", "artists", "raw/spotify/artists/year=2025/month=11/day=19/artists_new-york.concert_r.json"),
    ])
  func catalog(source: String, type: String, expected: String) throws {
    let dataset = Dataset(
      id: "\(source)_\(type)", source: source, dataType: type, timeZone: "UTC", extractor: "http", sinks: [],
      hasDates: false)
    let started = try #require(RFC3339.parse("2025-11-18T21:30:00-05:00")?.date)
    let key = RawKey(dataset: dataset, item: try WorkItem(id: "new-york.concert"), run: "r", started: started)
    #expect(key.description == expected)
  }

  @Test("A document is stored as JSON, with its origin as metadata")
  func putDocument() throws {
    let server = try ScriptedServer(replies: [.http(200, [("ETag", "\"e\"")])])
    try make(server.url).put(Data("{}".utf8), at: key, deadline: deadline)
    let request = try #require(server.requests.first)
    #expect(request.method == "PUT")
    #expect(
      request.target
        == "/data/raw/wwoz/events/year%3D2024/month%3D05/day%3D31/events_2024-05-31_nightly-1.json")
    #expect(request.header("Content-Type") == "application/json")
    #expect(request.header("x-amz-meta-source") == "wwoz")
    #expect(request.header("x-amz-meta-data-type") == "events")
    let stored = request.header("x-amz-meta-ingestion-timestamp").flatMap { RFC3339.parse($0)?.date }
    #expect(abs(try #require(stored).timeIntervalSinceNow) < 600)
    #expect(request.header("x-amz-meta-date") == "2024-05-31")
    #expect(request.header("x-amz-meta-item") == "2024-05-31")
    #expect(request.header("x-amz-meta-run") == "nightly-1")
    #expect(request.body == Data("{}".utf8))
    #expect(request.header("If-None-Match") == "*")
  }

  @Test("A document is read by the key in a request")
  func getDocument() throws {
    let server = try ScriptedServer(replies: [.http(200, [], "[1]")])
    let store = try make(server.url)
    #expect(try store.get("raw_events/2024/05/31/a b.json", deadline: deadline) == Data("[1]".utf8))
    #expect(server.requests.first?.target == "/data/raw_events/2024/05/31/a%20b.json")
    #expect(store.url(of: "a/b.json") == "s3://data/a/b.json")
  }

  @Test(
    "A refusal has the error name of its cause",
    arguments: [
      (404, "NoSuchKey", PipelineError.Name.invalidInput, "s3_key"),
      (404, "NoSuchBucket", .configurationInvalid, "S3_BUCKET_NAME"),
      (403, "InvalidAccessKeyId", .configurationInvalid, "AWS_ACCESS_KEY_ID"),
      (403, "SignatureDoesNotMatch", .configurationInvalid, "AWS_SECRET_ACCESS_KEY"),
      (301, "PermanentRedirect", .configurationInvalid, "S3_REGION"),
      (400, "InvalidBucketName", .configurationInvalid, "InvalidBucketName"),
    ])
  func refusal(status: Int, code: String, name: PipelineError.Name, word: String) throws {
    let server = try ScriptedServer(replies: [Self.s3Error(status, code)])
    let store = try make(server.url, secret: "hush-hush")
    let error = #expect(throws: PipelineError.self) { try store.get("k", deadline: deadline) }
    #expect(error?.name == name)
    #expect(error?.message.contains(word) == true)
    #expect(error?.message.contains("hush-hush") == false)
    #expect(server.requests.count == 1)
  }

  @Test("A store that cannot be reached is StorageUnavailable")
  func unreachable() throws {
    let server = try ScriptedServer(replies: [.hangUp])
    server.stop()
    let time = ManualTime()
    let store = try make(server.url, time: time)
    let error = #expect(throws: PipelineError.self) {
      try store.put(Data(), at: key, deadline: Deadline(after: .seconds(60), on: time))
    }
    #expect(error?.name == .storageUnavailable)
  }

  @Test("A store that does not respond in time is DeadlineExceeded")
  func timeout() throws {
    let server = try ScriptedServer(replies: [.http(200, [], "", delay: 1)])
    let store = try make(server.url)
    let soon = Deadline(after: .milliseconds(100), on: SystemTime())
    let error = #expect(throws: PipelineError.self) { try store.get("k", deadline: soon) }
    #expect(error?.name == .deadlineExceeded)
  }

  @Test("Bytes that do not match their checksum are StorageCorrupt")
  func checksum() throws {
    let server = try ScriptedServer(replies: [.http(200, [("x-amz-checksum-sha256", "bm8=")], "body")])
    let store = try make(server.url)
    let error = #expect(throws: PipelineError.self) { try store.get("k", deadline: deadline) }
    #expect(error?.name == .storageCorrupt)
  }

  @Test("An empty key is refused")
  func emptyKey() throws {
    let store = try make("http://127.0.0.1:1")
    #expect(throws: PipelineError.self) { try store.get("", deadline: deadline) }
  }

  @Test(
    "The message about a wrong setting names the variable",
    arguments: [
      (["AWS_ENDPOINT_URL": "localhost:9000"], "AWS_ENDPOINT_URL"),
      (["AWS_ACCESS_KEY_ID": "A"], "AWS_SECRET_ACCESS_KEY"),
      (["AWS_EC2_METADATA_DISABLED": "true"], "AWS_ACCESS_KEY_ID"),
    ])
  func wrongSetting(environment: [String: String], word: String) throws {
    let error = #expect(throws: PipelineError.self) {
      try RawStore(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: environment).get(
        "k", deadline: deadline)
    }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains(word) == true)
  }
}
