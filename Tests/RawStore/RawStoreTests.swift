import Foundation
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

@testable import RawStore

@Suite struct RawStoreTests {
  private var deadline: Deadline { Deadline(after: .seconds(20), on: SystemTime()) }
  private let key: RawKey

  init() throws {
    key = RawKey(
      dataset: "wwoz", dataType: "events", date: try #require(CalendarDate("2024-05-31")), run: "nightly-1")
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

  @Test(arguments: [
    ("nightly-1", "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_nightly-1.json"),
    ("8f14-AB.c_d", "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_8f14-AB.c_d.json"),
    ("../../etc/x y+ü\n", "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_..-..-etc-x-y---.json"),
  ])
  func keysArePartitionedByTheListingsDate(run: String, expected: String) throws {
    let date = try #require(CalendarDate("2024-05-31"))
    #expect(RawKey(dataset: "wwoz", dataType: "events", date: date, run: run).description == expected)
  }

  @Test func aRunOfAnyLengthMakesAKeyThatS3Takes() throws {
    let date = try #require(CalendarDate("0999-01-02"))
    let key = RawKey(dataset: "wwoz", dataType: "events", date: date, run: String(repeating: "x", count: 5000))
    #expect(key.description.utf8.count < 1024)
    #expect(key.description.hasPrefix("raw/wwoz/events/year=0999/month=01/day=02/events_0999-01-02_xxx"))
  }

  @Test func aDocumentIsPutAsJSONWithWhereItCameFrom() throws {
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
    #expect(request.header("x-amz-meta-date") == "2024-05-31")
    #expect(request.header("x-amz-meta-run") == "nightly-1")
    #expect(request.body == Data("{}".utf8))
    #expect(request.header("If-None-Match") == "*")
  }

  @Test func aDocumentIsReadByTheKeyOfAnEvent() throws {
    let server = try ScriptedServer(replies: [.http(200, [], "[1]")])
    let store = try make(server.url)
    #expect(try store.get("raw_events/2024/05/31/a b.json", deadline: deadline) == Data("[1]".utf8))
    #expect(server.requests.first?.target == "/data/raw_events/2024/05/31/a%20b.json")
    #expect(store.url(of: "a/b.json") == "s3://data/a/b.json")
  }

  @Test(arguments: [
    (404, "NoSuchKey", PipelineError.Name.invalidInput, "s3_key"),
    (404, "NoSuchBucket", .configurationInvalid, "S3_BUCKET_NAME"),
    (403, "InvalidAccessKeyId", .configurationInvalid, "AWS_ACCESS_KEY_ID"),
    (403, "SignatureDoesNotMatch", .configurationInvalid, "AWS_SECRET_ACCESS_KEY"),
    (301, "PermanentRedirect", .configurationInvalid, "S3_REGION"),
    (400, "InvalidBucketName", .configurationInvalid, "InvalidBucketName"),
  ])
  func aRefusalHasTheNameOfItsCause(status: Int, code: String, name: PipelineError.Name, word: String) throws {
    let server = try ScriptedServer(replies: [Self.s3Error(status, code)])
    let store = try make(server.url, secret: "hush-hush")
    let error = #expect(throws: PipelineError.self) { try store.get("k", deadline: deadline) }
    #expect(error?.name == name)
    #expect(error?.message.contains(word) == true)
    #expect(error?.message.contains("hush-hush") == false)
    #expect(server.requests.count == 1)
  }

  @Test func aStoreThatIsAwayIsUnavailable() throws {
    let server = try ScriptedServer(replies: [.hangUp])
    server.stop()
    let time = ManualTime()
    let store = try make(server.url, time: time)
    let error = #expect(throws: PipelineError.self) {
      try store.put(Data(), at: key, deadline: Deadline(after: .seconds(60), on: time))
    }
    #expect(error?.name == .storageUnavailable)
  }

  @Test func aStoreThatDoesNotAnswerInTimeIsATimeOut() throws {
    let server = try ScriptedServer(replies: [.http(200, [], "", delay: 1)])
    let store = try make(server.url)
    let soon = Deadline(after: .milliseconds(100), on: SystemTime())
    let error = #expect(throws: PipelineError.self) { try store.get("k", deadline: soon) }
    #expect(error?.name == .deadlineExceeded)
  }

  @Test func bytesThatAreNotThoseOfTheirChecksumAreCorrupt() throws {
    let server = try ScriptedServer(replies: [.http(200, [("x-amz-checksum-sha256", "bm8=")], "body")])
    let store = try make(server.url)
    let error = #expect(throws: PipelineError.self) { try store.get("k", deadline: deadline) }
    #expect(error?.name == .storageCorrupt)
  }

  @Test func noKeyIsWrongInput() throws {
    let store = try make("http://127.0.0.1:1")
    #expect(throws: PipelineError.self) { try store.get("", deadline: deadline) }
  }

  @Test(arguments: [
    (["AWS_ENDPOINT_URL": "localhost:9000"], "AWS_ENDPOINT_URL"), (["AWS_ACCESS_KEY_ID": "A"], "AWS_SECRET_ACCESS_KEY"),
    (["AWS_EC2_METADATA_DISABLED": "true"], "AWS_ACCESS_KEY_ID"),
  ])
  func aWrongSettingIsNamed(environment: [String: String], word: String) throws {
    let error = #expect(throws: PipelineError.self) {
      try RawStore(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: environment).get(
        "k", deadline: deadline)
    }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains(word) == true)
  }
}
