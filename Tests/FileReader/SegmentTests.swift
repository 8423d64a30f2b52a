import Contracts
import Foundation
import JSON
import ScraperFunction
import Testing
import Time

@testable import FileReader

@Suite("Files in segments")
struct SegmentTests {
  private let files: FileHarness

  init() throws { files = try FileHarness() }

  /// A file of rows that no segment border respects.
  private static func csv(_ rows: Int) -> String {
    "id,Name\n" + (1...rows).map { "\($0),\"Größe \($0)\nzwei\"\n" }.joined()
  }

  private func reader(_ path: String = "x.csv", segmentBytes: Int = 1000) throws -> FileReader {
    try files.reader(path, segmentBytes: segmentBytes)
  }

  /// The objects by the ends of their names.
  private func keys(_ end: String) -> [String] { files.s3.keys.filter { $0.hasSuffix(end) } }

  @Test("A large file has the records that it has in one segment, with lines that go on, and one origin")
  func records() throws {
    try files.write(Self.csv(300), to: "x.csv")
    let whole = try files.records(files.scrape(files.reader("x.csv"), run: "whole"))
    let response = try files.scrape(reader())
    let records = try files.records(response)
    #expect(records.map { $0["_source_row"] } == whole.map { $0["_source_row"] })
    #expect(records.map { $0["name"] } == whole.map { $0["name"] } && records.count == 300)
    let origins = Set(records.compactMap { $0["_record"]?.string?.split(separator: "#").first })
    #expect(origins.count == 1 && Set(records.map { $0["_record"] }).count == 300)
    #expect(response.eventCount == 300 && response.pages.fetched == 1)
    #expect(keys(".warc.gz").count == 1 + 7, "\(keys(".warc.gz"))")
    #expect(response.archiveKey.hasSuffix("-request-1.warc.gz"))
  }

  @Test("The archive's segments follow the standard: numbers, the origin's id, the total length")
  func segments() throws {
    try files.write(Self.csv(100), to: "x.csv")
    let response = try files.scrape(reader())
    let fields = try files.headers(ofRecordsIn: [response.archiveKey] + keys("_2.warc.gz") + keys("_3.warc.gz"))
    #expect(fields.map { $0["WARC-Type"] } == ["response", "continuation", "continuation"])
    #expect(fields.map { $0["WARC-Segment-Number"] } == ["1", "2", "3"])
    let id = try #require(fields[0]["WARC-Record-ID"])
    #expect(fields[1]["WARC-Segment-Origin-ID"] == id && fields[2]["WARC-Segment-Origin-ID"] == id)
    let lengths = fields.compactMap { $0["Content-Length"].flatMap { Int($0) } }
    #expect(fields[2]["WARC-Segment-Total-Length"] == "\(lengths.reduce(0, +))")
    #expect(fields[0]["WARC-Segment-Total-Length"] == nil && fields[1]["WARC-Segment-Total-Length"] == nil)
  }

  @Test("A replay makes the same document again, without the file")
  func replay() throws {
    try files.write(Self.csv(300), to: "x.csv")
    let records = try files.records(files.scrape(reader()))
    try FileManager.default.removeItem(atPath: "\(files.folder)/x.csv")
    let replayed = try files.scrape(reader(), run: "run-2", replaying: "run-1")
    #expect(try files.records(replayed) == records)
    #expect(replayed.archiveKey.hasSuffix("-request-1.warc.gz") && replayed.notice == nil)
  }

  @Test("An archive that lacks a segment is passed over for the one before it")
  func lostSegment() throws {
    try files.write(Self.csv(300), to: "x.csv")
    let records = try files.records(files.scrape(reader()))
    files.time.advance(by: .seconds(60))
    try files.scrape(reader(), run: "run-2")
    let lost = try #require(keys("_5.warc.gz").last)
    files.s3.remove(lost)
    let replayed = try files.scrape(reader(), run: "run-3", replaying: nil, isReplay: true)
    #expect(try files.records(replayed) == records)
    #expect(
      replayed.notice?.contains("of the run run-2, is damaged (StorageCorrupt)") == true, "\(replayed.notice ?? "")")
  }

  @Test("A file that changes between segments is SourceChanged, and no document is stored")
  func changed() throws {
    try files.write(Self.csv(300), to: "x.csv")
    let path = "\(files.folder)/x.csv"
    files.s3.refuse { request in
      if request.method == "PUT", request.target.contains("_3.warc.gz") {
        try? Data(Self.csv(400).utf8).write(to: URL(filePath: path), options: [])
      }
      return false
    }
    let failure = files.failure(try reader())
    #expect(failure?.name == .sourceChanged && failure?.message.contains("it changed while it was read") == true)
    #expect(keys(".json").isEmpty && !keys(".warc.gz").isEmpty)
  }

  @Test("An object is read in ranges of one version; one that changes meanwhile is SourceChanged")
  func object() throws {
    files.s3.put(Data(Self.csv(300).utf8), at: "in/x.csv")
    let response = try files.scrape(reader("s3://bucket/in/x.csv"))
    #expect(response.eventCount == 300)
    #expect(files.s3.requests.filter { $0 == "GET in/x.csv" }.count == 7)
    files.s3.refuse { [s3 = files.s3] request in
      if request.method == "PUT", request.target.contains("_3.warc.gz") {
        s3.replaceLater(Data(Self.csv(300).utf8), at: "in/x.csv")
      }
      return false
    }
    files.time.advance(by: .seconds(1))
    let failure = #expect(throws: PipelineError.self) {
      try files.scrape(try reader("s3://bucket/in/x.csv"), run: "run-2")
    }
    #expect(failure?.name == .sourceChanged && failure?.message.contains("it changed while it was read") == true)
    #expect(keys(".json").count == 1)
  }

  @Test("A segment is stored before anything of it is used: a failed store makes no document")
  func storeFails() throws {
    try files.write(Self.csv(300), to: "x.csv")
    files.s3.refuse { $0.method == "PUT" && $0.target.contains("_4.warc.gz") }
    #expect(files.failure(try reader())?.name.isRetryable == true)
    #expect(keys(".json").isEmpty && keys("_3.warc.gz").count == 1 && keys("_4.warc.gz").isEmpty)
  }

  @Test("One row that is larger than memory allows is refused with both numbers")
  func longRow() throws {
    try files.write("a\n\"" + String(repeating: "x", count: 1 << 20), to: "x.csv")
    let reader = try files.reader(
      "x.csv", ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "8"], segmentBytes: 100_000)
    let failure = files.failure(reader)
    #expect(failure?.name == .sourceChanged)
    #expect(
      failure?.message.contains("524288 bytes") == true && failure?.message.contains("8 MB") == true,
      "\(failure?.message ?? "")")
  }
}
