import Contracts
import Fetching
import Foundation
import HTTP
import LambdaRuntime
import RawStore
import ScraperFunction
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

/// Datasets of another kind than the first: an API of JSON pages, with a key, whose items are queries without a date.
struct DatasetTests {
  private struct Entry: Codable, Equatable, DocumentRecord {
    let name: String
    var url: String?
  }

  /// Reads every page of `/entries`, as many as the header X-Pages says.
  private final class EntryExtractor: Extractor {
    let policy: FetchPolicy

    init(_ policy: FetchPolicy) { self.policy = policy }

    func extract(
      _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline
    ) throws(PipelineError) -> Extract<Entry> {
      var extract = Extract<Entry>(records: [], pagesRead: 0, listedAt: Date(timeIntervalSince1970: 0))
      var count = 1
      while extract.pagesRead + extract.failedPages.count < count {
        let number = extract.pagesRead + extract.failedPages.count + 1
        let url = policy.site.url(of: "/entries?q=\(item)&page=\(number)&session=hidden-session")
        do {
          let page = try fetcher.fetch([url], deadline: deadline)[0].get()
          count = page.headers["X-Pages"].flatMap { Int($0) } ?? count
          extract.records += try JSONDecoder().decode([Entry].self, from: page.body).map {
            Entry(name: $0.name, url: "\"\(url)\"")
          }
          extract.pagesRead += 1
          extract.listedAt = page.validated
        } catch {
          guard number > 1 else { throw PipelineError(.sourceUnavailable, "\(url) cannot be read: \(error)") }
          extract.failedPages.append(FailedPage(url: url, error: "\(url): \(error)"))
        }
      }
      extract.warnings = [RowProblem(reason: "see \(url(item))", href: url(item))]
      extract.rejected = [RejectedRow(RowProblem(reason: "odd", href: url(item)), key: url(item), text: url(item))]
      return extract
    }

    private func url(_ item: WorkItem) -> String { policy.site.url(of: "/entries?q=\(item)&session=hidden-session") }
  }

  private static let apiKey = "s3cr3t-api-key"  // pragma: allowlist secret
  private let scraper = ScraperHarness()
  private let dataset = Dataset(
    id: "entries", source: "example", dataType: "entry", timeZone: "America/Chicago", extractor: "entries", sinks: [])

  private func server() throws -> ScriptedServer {
    try ScriptedServer { request in
      guard request.target.contains("apikey=\(Self.apiKey)") else { return .http(401, [], "no key") }
      guard !request.target.contains("q=down") else { return .http(403, [], "not for \(Self.apiKey)") }
      guard !request.target.contains("page=3") else { return .http(404) }
      return .http(
        200, [("Content-Type", "application/json"), ("X-Pages", "3")],
        #"[{"name": "\#(request.target.contains("page=1") ? "one" : "two \(Self.apiKey)")"}]"#)
    }
  }

  private func extractor(_ server: ScriptedServer) throws -> EntryExtractor {
    EntryExtractor(
      FetchPolicy(
        site: try #require(Site(server.url)), userAgent: "x", requestsPerSecond: 100, obeysRobots: false,
        mediaTypes: ["application/json"], authentication: .query(name: "apikey", value: Self.apiKey),
        secretQueryItems: ["session"]))
  }

  private func handler(_ server: ScriptedServer) throws -> ScraperHandler {
    let extractor = try extractor(server)
    let dataset = dataset
    return scraper.handler(HTTPPageSource(extractor.policy)) { _ in (dataset, extractor) }
  }

  @Test("An item without a date is extracted, stored under the run's date, and replayed")
  func undatedItem() throws {
    let server = try server()
    defer { server.stop() }
    let handler = try handler(server)
    let metrics = Metrics(time: scraper.time)
    let event = #"{"dataset": "entries", "item": {"id": "jazz"}, "run": "r", "started": "2024-05-30T23:00:00Z"}"#
    let response = try scraper.handle(event, by: handler, metrics: metrics)
    #expect(response.dataset == "entries" && response.item == "jazz" && response.date == nil)
    #expect(response.s3Key == "raw/example/entry/year=2024/month=05/day=30/entry_jazz_r.json")
    #expect(response.eventCount == 2)
    #expect(response.pages == .init(read: 2, failed: 1, fetched: 3, validated: 0, shared: 0))
    #expect(metrics.values == ["ShowsFound": 2, "PagesFetched": 3, "PagesFailed": 1])

    let replay = #"{"dataset": "entries", "item": {"id": "jazz"}, "run": "again", "replay": {}}"#
    let replayed = try scraper.handle(replay, by: handler)
    #expect(replayed.archiveKey == response.archiveKey && replayed.eventCount == 2)
    #expect(replayed.s3Key == "raw/example/entry/year=2024/month=05/day=31/entry_jazz_again.json")
    #expect(server.requests.count == 3)
    let documents = scraper.store.documents
    #expect(documents[replayed.s3Key] == documents[response.s3Key])
  }

  @Test("Secrets of the source are in no document, archive, response, log line or error")
  func secrets() throws {
    let server = try server()
    defer { server.stop() }
    let handler = try handler(server)
    var outputs: [String] = []
    let response = try scraper.handle(#"{"item": {"id": "jazz"}, "run": "r"}"#, by: handler) { outputs.append($0) }
    outputs.append(String(decoding: try JSONEncoder().encode(response), as: UTF8.self))
    let error = #expect(throws: PipelineError.self) {
      try scraper.handle(#"{"item": {"id": "down"}, "run": "r"}"#, by: handler) { outputs.append($0) }
    }
    outputs.append("\(try #require(error))")
    let replay = #"{"item": {"id": "down"}, "run": "again", "replay": {}}"#
    let second = #expect(throws: PipelineError.self) { try scraper.handle(replay, by: handler) { outputs.append($0) } }
    outputs.append("\(try #require(second))")
    #expect(outputs.contains { $0.contains("archive passed over") })
    for document in scraper.store.documents.values { outputs.append(String(decoding: document, as: UTF8.self)) }
    for archive in scraper.store.archives.values {
      for record in try WARCReader.members(of: archive).map(\.record) {
        outputs.append("\(record.targetURI ?? "") \(record.fields) \(String(decoding: record.block, as: UTF8.self))")
      }
    }
    #expect(server.requests.allSatisfy { $0.target.contains("session=hidden-session") }, "the source gets them")
    #expect(scraper.store.archives.count == 2 && scraper.store.documents.count == 1)
    for output in outputs {
      #expect(!output.contains(Self.apiKey) && !output.contains("hidden-session"), "\(output)")
    }
    #expect(response.failedPages.map(\.url) == ["\(server.url)/entries?q=jazz&page=3&session=REDACTED"])
    #expect(outputs.contains { $0.contains("two REDACTED") })
    let document = try ExtractDocument<Entry>(#require(scraper.store.documents[response.s3Key]), key: "k")
    guard case .record(let entry)? = document.records.first else { throw POSIXError(.EINVAL) }
    #expect(entry.url == "\"\(server.url)/entries?q=jazz&page=1&session=REDACTED\"")
  }

  @Test("A dataset's settings are read when it is first asked for, and kept; a failure is not kept")
  func settings() throws {
    let site = FakeSite.example()
    var asked: [String] = []
    var isSecretReadable = false
    let extractor = try makeExtractor()
    let handler = scraper.handler(site) { (id) throws(PipelineError) in
      asked.append(id)
      guard id == "wwoz" else { throw PipelineError(.configurationInvalid, "API_KEY is not set") }
      guard isSecretReadable else { throw PipelineError(.storageUnavailable, "the secret cannot be read") }
      return (testDataset, extractor)
    }
    #expect(asked.isEmpty)
    func name(_ event: String) -> PipelineError.Name? {
      #expect(throws: PipelineError.self) { try scraper.handle(event, by: handler) }?.name
    }
    #expect(name(#"{"date": "2024-05-31"}"#) == .storageUnavailable)
    isSecretReadable = true
    for request in ["1", "2"] { _ = try scraper.handle(#"{"date": "2024-05-31"}"#, by: handler, request: request) }
    #expect(name(#"{"dataset": "entries", "item": {"id": "jazz"}}"#) == .configurationInvalid)
    _ = try scraper.handle(#"{"dataset": "wwoz", "date": "2024-05-31"}"#, by: handler, request: "3")
    #expect(asked == ["wwoz", "wwoz", "entries"])
  }

  @Test("Archives of an item whose key begins like that of another item are distinguished by their content")
  func similarItems() throws {
    let server = try server()
    defer { server.stop() }
    let s3 = try MemoryS3()
    let store = try RawStore(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment)
    let (extractor, dataset) = (try extractor(server), dataset)
    let handler = ScraperHandler(defaultDataset: "entries", registry: { _ in (dataset, extractor) }, store: store)
    func handle(_ event: String) throws -> ScrapeResponse {
      let context = LambdaContext(
        requestID: UUID().uuidString, deadline: Deadline(after: .seconds(60), on: SystemTime()),
        log: Logger(environment: [:]) { _ in })
      return try handler.handle(JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8)), context).body
    }
    let own = try handle(#"{"item": {"id": "new"}, "run": "r"}"#)
    _ = try handle(#"{"item": {"id": "new_orleans"}, "run": "r"}"#)
    let replayed = try handle(#"{"item": {"id": "new"}, "run": "again", "replay": {}}"#)
    #expect(replayed.archiveKey == own.archiveKey)
  }
}
