import CSVParser
import Contracts
import Definitions
import Fetching
import Foundation
import JSON
import Processing
import ScraperFunction
import Testing
import Time

@testable import FileReader

@Suite("Files of more records than a document holds")
struct PartsTests {
  private static let rows = 45_000
  private let files: FileHarness

  init() throws {
    files = try FileHarness()
    try files.write("id,name\n" + (1...Self.rows).map { "\($0),n\($0)\n" }.joined(), to: "x.csv")
  }

  private func reader() throws -> FileReader { try files.reader("x.csv", segmentBytes: 64 << 10) }

  private var documentKeys: [String] { files.s3.keys.filter { $0.hasSuffix(".json") } }

  /// The documents of an item, the first one first.
  private func documents(_ response: ScrapeResponse) throws -> [Data] {
    let deadline = Deadline(after: .seconds(10), on: SystemTime())
    let document = try PartedDocument(files.store.get(response.s3Key, deadline: deadline), at: response.s3Key) {
      (key, deadline) throws(PipelineError) in try files.store.get(key, deadline: deadline)
    }
    return try (0..<document.count).map { try document.part($0, deadline: deadline) }
  }

  private func records(_ documents: [Data]) throws -> [[JSONObject]] {
    try documents.map { try JSONValue(parsing: $0).object?["records"]?.array?.compactMap(\.object) ?? [] }
  }

  @Test("They are in parts with at most 20,000 records; the first one lists the others, and is written last")
  func parts() throws {
    let response = try files.scrape(reader())
    #expect(response.eventCount == Self.rows && response.s3Key.hasSuffix("items_all_run-1.json"))
    let documents = try documents(response)
    let records = try records(documents)
    #expect(records.map(\.count).allSatisfy { $0 <= Limits.maximumRecords } && records.count == 3)
    #expect(records.flatMap { $0 }.map { $0["_source_row"] } == (2...Self.rows + 1).map { .number(JSONNumber($0)) })
    let parts = try #require(try DocumentParts(of: documents[0], key: "x"))
    #expect(parts.records == Self.rows && parts.rejected == 0 && parts.isComplete == true)
    #expect(parts.keys?.allSatisfy { $0.contains(".20240531T080000000Z-request-1_") } == true)
    #expect(documents.allSatisfy { String(decoding: $0, as: UTF8.self).contains(#""complete":false"#) })
    #expect(files.s3.requests.filter { $0.hasPrefix("PUT ") }.last?.hasSuffix("items_all_run-1.json") == true)
  }

  @Test("A replay writes the same records in the same parts")
  func replay() throws {
    let first = try records(documents(files.scrape(reader())))
    try files.write("gone", to: "x.csv")
    #expect(try records(documents(files.scrape(reader(), run: "run-2", replaying: "run-1"))) == first)
  }

  @Test("A scraper that fails between parts leaves no document; another attempt writes parts of its own")
  func crash() throws {
    files.s3.refuse { $0.method == "PUT" && $0.target.contains("_3.json") }
    #expect(files.failure(try reader())?.name.isRetryable == true)
    #expect(documentKeys.allSatisfy { $0.contains("_2.json") } && documentKeys.count == 1)
    files.s3.refuse { _ in false }
    let response = try files.scrape(reader(), request: "request-2")
    #expect(try records(documents(response)).flatMap { $0 }.count == Self.rows)
    let keys = try #require(DocumentParts(of: documents(response)[0], key: "x")?.keys)
    #expect(keys.count == 2 && keys.allSatisfy { $0.contains("-request-2_") })
  }

  @Test("Of two attempts, the first document stays, with its own parts; both return it")
  func twoAttempts() throws {
    let first = try files.scrape(reader())
    let kept = try #require(files.s3.body(of: first.s3Key))
    try files.write("id,name\n1,other\n", to: "x.csv")
    let second = try files.scrape(reader(), request: "request-2")
    #expect(second.s3Key == first.s3Key && second.archiveKey == first.archiveKey)
    #expect(second.eventCount == Self.rows && files.s3.body(of: first.s3Key) == kept)
  }

  @Test("Rejected rows are in the parts of their neighbours, up to a number")
  func rejections() throws {
    try files.write("a,b\n" + (1...30_000).map { $0 % 3 == 0 ? "1\n" : "\($0),x\n" }.joined(), to: "x.csv")
    let response = try files.scrape(reader())
    #expect(response.eventCount == 20_000 && response.rejectedCount == 10_000 && response.rejected.count == 100)
    #expect(response.message == "20000 events, 10000 rows were rejected")
    try files.write("a,b\n" + String(repeating: "1\n", count: 25_000), to: "x.csv")
    files.time.advance(by: .seconds(1))
    let failure = files.failure(try reader())
    #expect(failure?.name == .sourceChanged)
    #expect(failure?.message.contains("at most 20000 rows") == true, "\(failure?.message ?? "")")
  }

  /// Bodies as an API sends them: only the end of reading says when they were read.
  private final class Pages: BodyReader {
    let policy: FetchPolicy
    private let limit: BodyLimit

    init(_ policy: FetchPolicy, limit: BodyLimit) {
      self.policy = policy
      self.limit = limit
    }

    func read(
      _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline,
      use: (RawBody) throws(PipelineError) -> BodyFacts
    ) throws(PipelineError) -> BodiesRead {
      for page in 0..<3 {
        let text = "a\n" + (0..<10_000).map { "\(page)-\($0)\n" }.joined()
        var body = RawBody(Array(text.utf8), address: "/\(page)", origin: "urn:uuid:\(page)")
        body.limit = limit
        _ = try use(body)
      }
      return BodiesRead(pagesRead: 3, readAt: Date(timeIntervalSince1970: 0), isComplete: true)
    }
  }

  private final class NoPages: PageFetcher {
    func read(
      _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
    ) -> [(any Error)?] { [] }
  }

  @Test("The records of an API's pages wait for the end, while their bodies fit into memory")
  func pages() throws {
    func extract(_ limit: BodyLimit) throws -> Extract<SourceRecord> {
      let extractor = ProcessedExtractor(
        FileHarness.dataset, reader: Pages(try reader().policy, limit: limit),
        parser: try CSVParser(section: Section()), transforms: [])
      return try extractor.extract(
        WorkItem(id: "all"), via: NoPages(), deadline: Deadline(after: .seconds(10), on: SystemTime())
      ) { _ in Issue.record("a batch") }
    }
    #expect(try extract(BodyLimit()).records.count == 30_000)
    let error = #expect(throws: PipelineError.self) { try extract(BodyLimit(bytes: 1000)) }
    #expect(error?.name == .sourceChanged && error?.message.contains("at most 1000 bytes") == true)
  }
}
