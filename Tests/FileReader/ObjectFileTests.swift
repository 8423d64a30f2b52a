import Contracts
import Foundation
import ScraperFunction
import Testing
import Time

@testable import FileReader

@Suite("Objects of S3 as files")
struct ObjectFileTests {
  private let files: FileHarness

  init() throws { files = try FileHarness() }

  @Test("An object becomes records, and a replay needs only the archive")
  func object() throws {
    files.s3.put(Data("a\nñ\n".utf8), at: "in/ñ x.csv")
    let reader = try files.reader("s3://other-bucket/in/ñ x.csv")
    let records = try files.records(try files.scrape(reader))
    #expect(records.map { $0["a"] } == ["ñ"])
    files.s3.put(Data("gone".utf8), at: "in/ñ x.csv")
    #expect(try files.records(try files.scrape(reader, run: "run-2", replaying: "run-1")) == records)
  }

  @Test("A missing object is refused by name, one that is too large with both numbers")
  func refused() throws {
    let missing = files.failure(try files.reader("s3://other-bucket/{YYYY}.csv"))
    #expect(missing?.name == .sourceRefused)
    #expect(missing?.message.contains("s3://other-bucket/2024.csv cannot be read: it does not exist") == true)
    files.s3.put(Data("a\n1234567890\n".utf8), at: "x.csv")
    let large = files.failure(try files.reader("s3://other-bucket/x.csv", maximumBytes: 5))
    #expect(large?.name == .sourceChanged)
    #expect(large?.message.contains("more than the 5 that are read") == true, "\(large?.message ?? "")")
    #expect(throws: PipelineError.self) { try files.reader("s3://{city}/x.csv") }
  }

  @Test(
    "A definition may leave bucket and key to the request; the archive names the object, and a replay finds it there")
  func ofRequest() throws {
    files.s3.put(Data("a\n1\n".utf8), at: "in/ñ x.csv")
    let reader = try files.reader("s3://{bucket}/{key}")
    let item = #"{"id": "x", "parameters": {"bucket": "other-bucket", "key": "in/ñ x.csv"}}"#
    let response = try files.scrape(reader, item: item)
    let records = try files.records(response)
    #expect(records.map { $0["a"] } == ["1"])
    let fields = try files.headers(ofRecordsIn: [response.archiveKey])
    #expect(fields.compactMap { $0["WARC-Target-URI"] } == ["s3://other-bucket/in/%C3%B1%20x.csv"])
    files.s3.put(Data("gone".utf8), at: "in/ñ x.csv")
    #expect(try files.records(try files.scrape(reader, item: item, run: "run-2", replaying: "run-1")) == records)
  }

  @Test("A large object of a request is read in segments as any other")
  func segments() throws {
    let rows = (1...50).map { "\($0)" }
    files.s3.put(Data(("a\n" + rows.joined(separator: "\n") + "\n").utf8), at: "in/x.csv")
    let reader = try files.reader("s3://{bucket}/{key}", segmentBytes: 40)
    let item = #"{"id": "x", "parameters": {"bucket": "other-bucket", "key": "in/x.csv"}}"#
    #expect(try files.records(try files.scrape(reader, item: item)).map { $0["a"]?.string } == rows)
    #expect(files.s3.keys.count { $0.contains(".warc.gz") } > 1)
  }

  @Test(
    "A request's object that is none, or is missing, is refused by name",
    arguments: [
      (#"{"bucket": "other-bucket", "key": "in/"}"#, PipelineError.Name.invalidInput, "s3://other-bucket/in/"),
      (#"{"bucket": "o/../b", "key": "x"}"#, .invalidInput, "the parameter bucket"),
      (#"{"bucket": "{bucket}", "key": "x"}"#, .invalidInput, "s3://{bucket}/x"),
      (#"{"bucket": "other-bucket", "key": "none.csv"}"#, .sourceRefused, "s3://other-bucket/none.csv"),
      (#"{"bucket": "other-bucket"}"#, .invalidInput, "start the run with bucket and key"),
    ])
  func noObject(parameters: String, name: PipelineError.Name, text: String) throws {
    let reader = try files.reader("s3://{bucket}/{key}")
    let error = try #require(files.failure(reader, item: #"{"id": "x", "parameters": \#(parameters)}"#))
    #expect(error.name == name && error.message.contains(text), "\(error)")
  }

  @Test("A slash in a key leads nowhere else; in the path of a file it would")
  func slashes() throws {
    let file = try files.reader("{key}.csv")
    let error = files.failure(file, item: #"{"id": "x", "parameters": {"key": "a/b"}}"#)
    #expect(error?.name == .invalidInput && error?.message.contains("the name of a file or a folder") == true)
  }

  @Test("Without credentials the refusal says so")
  func credentials() throws {
    let reader = try FileReader(
      FileHarness.dataset, path: "s3://other-bucket/x.csv", folder: files.folder, region: "us-east-1",
      environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_EC2_METADATA_DISABLED": "true"], time: files.time)
    let error = files.failure(reader)
    #expect(error?.name == .sourceRefused, "\(error?.description ?? "")")
  }
}
