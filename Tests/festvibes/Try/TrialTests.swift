import Contracts
import Fetching
import Foundation
import JSON
import Processing
import TestSupport
import Testing
import Time

@testable import festvibes

@Suite("festvibes try")
struct TrialTests {
  /// A parser whose bodies are `N;…`: a body has N records.
  private final class CountedParser: Parser {
    func parse(_ body: RawBody) throws(PipelineError) -> Records {
      guard let text = String(validating: body.bytes, as: UTF8.self), let count = Int(text.prefix { $0 != ";" }) else {
        throw PipelineError(.sourceChanged, "\(body.address) is not of the format")
      }
      let records = (0..<count).map {
        SourceRecord(JSONObject([("n", .number(JSONNumber($0)))]), origin: "\(body.origin)#\($0)")
      }
      return Records(records, rejected: text.hasSuffix("!") ? [RejectedRow(RowProblem(reason: "bad row"))] : [])
    }

    func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
      ["rows": .array(try parse(body).records.map { .object($0.fields) })]
    }
  }

  /// A reader with pages in memory, which asks for the next page while one has records.
  private final class PagedReader: BodyReader {
    let policy: FetchPolicy
    let bodies: [String]
    private(set) var read = 0

    init(_ bodies: [String]) throws {
      self.bodies = bodies
      policy = FetchPolicy(
        site: try #require(Site("https://x.example")), userAgent: "x", requestsPerSecond: 1)
    }

    func read(
      _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline,
      use: (RawBody) throws(PipelineError) -> BodyFacts
    ) throws(PipelineError) -> BodiesRead {
      for (index, body) in bodies.enumerated() {
        read += 1
        if try use(RawBody(Array(body.utf8), address: "/\(index)", origin: "urn:\(index)")).recordCount == 0 { break }
      }
      return BodiesRead(pagesRead: read, readAt: .distantPast, isComplete: true)
    }
  }

  private final class Doubling: Transform {
    func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
      var records = records
      records.records = records.records.map { record in
        var record = record
        record.fields["item"] = .string(context.item.id)
        return record
      }
      return records
    }
  }

  private func run(
    _ bodies: [String], _ stage: Trial.Stage = .transform, limit: Int? = nil,
    maximumRecords: Int = Limits.maximumItemRecords
  ) throws -> (result: Trial.Result, read: Int) {
    let reader = try PagedReader(bodies)
    let trial = Trial(
      dataset: Dataset(id: "x", dataType: "rows", timeZone: "UTC", extractor: "http", sinks: []), reader: reader,
      parser: CountedParser(), transforms: [Doubling()], limit: limit, maximumRecords: maximumRecords)
    let result = try trial.run(
      WorkItem(id: "all"), to: stage, via: NoPages(), deadline: Deadline(after: .seconds(10), on: SystemTime()))
    return (result, reader.read)
  }

  @Test("The last stage prints records and rejected, in the order of the pages")
  func records() throws {
    let (result, _) = try run(["2;", "1;!"])
    #expect(
      result.output.text == """
        {
        "records": [
          {"n":0,"item":"all","_record":"urn:0#0"},
          {"n":1,"item":"all","_record":"urn:0#1"},
          {"n":0,"item":"all","_record":"urn:1#0"}
        ],
        "rejected": [
          {"reason":"bad row"}
        ]
        }
        """)
    #expect(result.records == 3 && result.rejected == 1 && result.pages == 2)
  }

  @Test("With a limit no further page is read once there are so many records")
  func limit() throws {
    let (result, read) = try run(["2;", "2;", "2;"], limit: 3)
    #expect(result.records == 3 && read == 2)
    #expect(try run(["2;", "2;"], limit: 2).read == 1)
    #expect(try run(["2;"], limit: 9).result.records == 2)
  }

  @Test("The stage parse prints what the parser makes of a body; of several a list")
  func parse() throws {
    #expect(try run(["1;"], .parse).result.output == .value(["rows": [["n": 0]]]))
    #expect(try run(["1;", "1;"], .parse).result.output == .value([["rows": [["n": 0]]], ["rows": [["n": 0]]]]))
    #expect(try run(["5;"], .parse, limit: 1).result.output == .value(["rows": [["n": 0]]]))
  }

  @Test("The stage extract shows a body that is not of the format; later stages fail")
  func extract() throws {
    let (result, _) = try run(["<html>"], .extract)
    #expect(result.output.text.contains(#""address":"/0","bytes":6,"charset":null,"begins_with":"<html>""#))
    #expect(throws: PipelineError.self) { try run(["<html>"], .parse) }
    #expect(throws: PipelineError.self) { try run(["<html>"]) }
  }

  @Test("An item with more records than a run loads is refused as there; with a limit it can be looked at")
  func tooMany() throws {
    let error = #expect(throws: PipelineError.self) { try run(["20;", "1;"], maximumRecords: 20) }
    #expect(
      error?.message
        == "all has more than 20 records, the most that a run loads: divide it into several items, or look at "
        + "the first ones with --limit")
    #expect(try run(["20;"], maximumRecords: 20).result.records == 20)
    #expect(try run(["21;"], limit: 5, maximumRecords: 20).result.records == 5)
    let parsed = try run(["21;"], .parse, maximumRecords: 20).result
    #expect(parsed.warnings.count == 1 && parsed.records == 21, "what was parsed is shown")
  }

  @Test("An item with more records than one document has is shown whole: a run divides it into several")
  func several() throws {
    #expect(try run(["\(Limits.maximumRecords);", "1;"]).result.records == Limits.maximumRecords + 1)
  }

  @Test("A rejected record names its field, and numbers keep their spelling")
  func rejected() {
    let row = RejectedRow(RowProblem(reason: "amount: it is -1", href: "/x"), key: "7", text: #"{"price":-1.0}"#)
    #expect(
      TrialOutput.records([], rejected: [row]).text.contains(
        #"{"reason":"amount: it is -1","field":"amount","key":"7","href":"/x","text":"{\"price\":-1.0}"}"#))
    #expect(
      !TrialOutput.records([], rejected: [RejectedRow(RowProblem(reason: "line 3: a quote"))]).text.contains("field"))
    #expect(TrialOutput.records([], rejected: []).text == "{\n\"records\": [],\n\"rejected\": []\n}")
  }

  /// A parser whose stream has a record for each byte.
  private final class ByteParser: Parser {
    private final class Stream: RecordStream {
      func add(
        _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
      ) throws(PipelineError) {
        for byte in bytes {
          try use(Records([SourceRecord(JSONObject([("b", .number(JSONNumber(Int(byte))))]), origin: "o")]))
        }
      }
    }

    func parse(_ body: RawBody) throws(PipelineError) -> Records { Records() }
    func structure(of body: RawBody) throws(PipelineError) -> JSONValue { .number(JSONNumber(body.bytes.count)) }
    func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream { Stream() }
  }

  @Test("A large file is read in segments, and no further than the limit")
  func segments() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "try-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(repeating: 7, count: 50_000).write(to: URL(filePath: path))
    func result(
      _ stage: Trial.Stage, limit: Int? = nil, maximumRecords: Int = Limits.maximumItemRecords
    ) throws -> Trial.Result {
      let trial = Trial(
        dataset: Dataset(id: "x", dataType: "rows", timeZone: "UTC", extractor: "http", sinks: []),
        reader: InputFiles([path], policy: try PagedReader([]).policy, segmentBytes: 1000), parser: ByteParser(),
        transforms: [], limit: limit, maximumRecords: maximumRecords)
      return try trial.run(
        WorkItem(id: "all"), to: stage, via: NoPages(), deadline: Deadline(after: .seconds(10), on: SystemTime()))
    }
    #expect(try result(.transform, limit: 3).records == 3)
    #expect(try result(.parse).output == .value(50_000))
    #expect(try result(.extract).output.text.contains("\"bytes\":50000"))
    #expect(try result(.transform).records == 50_000)
    let error = #expect(throws: PipelineError.self) { try result(.transform, maximumRecords: 20_000) }
    #expect(error?.message.contains("more than 20000 records, the most that a run loads") == true)
  }

  @Test("A file that is in memory at once is read as the stream that a run reads, unless it is small")
  func whole() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "try-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    // The parser's own reading of a body has no records.
    for (count, records) in [(1000, 0), (200_000, 200_000)] {
      try Data(repeating: 7, count: count).write(to: URL(filePath: path))
      let trial = Trial(
        dataset: Dataset(id: "x", dataType: "rows", timeZone: "UTC", extractor: "http", sinks: []),
        reader: InputFiles([path], policy: try PagedReader([]).policy), parser: ByteParser(), transforms: [], limit: nil
      )
      let result = try trial.run(
        WorkItem(id: "all"), to: .transform, via: NoPages(), deadline: Deadline(after: .seconds(10), on: SystemTime()))
      #expect(result.records == records && result.pages == 1)
    }
  }

  @Test("A file that is missing, or that is a folder, is named")
  func missingInput() throws {
    for path in ["/nonexistent/x.json", "/tmp"] {
      let files = InputFiles([path], policy: try PagedReader([]).policy)
      #expect {
        _ = try files.read(
          WorkItem(id: "all"), via: NoPages(), deadline: Deadline(after: .seconds(1), on: SystemTime())
        ) { _ in BodyFacts(recordCount: 0) }
      } throws: { error in
        (error as? PipelineError)?.name == .invalidInput && "\(error)".contains(path)
      }
    }
  }
}
