import Contracts
import Foundation
import HTTPExtractor
import LambdaRuntime
import Processing
import RawStore
import ScraperFunction
import TestSupport
import Testing
import Time

/// The scraper with a real server and a store in memory: documents, archives and replays of a dataset with `incremental`.
@Suite("Documents of an incremental dataset")
struct IncrementalReplayTests {
  private let server: ScriptedServer
  private let s3: MemoryS3
  private let store: RawStore
  private let body = Locked(#"[{"id": 5}]"#)

  init() throws {
    let body = body
    server = try ScriptedServer { _ in .http(200, [], body.change { $0 }) }
    s3 = try MemoryS3()
    store = try RawStore(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment)
  }

  /// A store of checkpoints in memory.
  private final class Memory: CheckpointStore {
    var stored: CheckpointState?
    private(set) var names: [CheckpointName] = []

    func states(
      of names: [CheckpointName], deadline: Deadline
    ) throws(PipelineError) -> [CheckpointName: CheckpointState] {
      self.names += names
      return stored.map { state in Dictionary(uniqueKeysWithValues: names.map { ($0, state) }) } ?? [:]
    }

    func update(
      _ name: CheckpointName, deadline: Deadline, _ change: (inout CheckpointState) -> Void
    ) throws(PipelineError) -> CheckpointState { CheckpointState() }

    func reset(_ name: CheckpointName, deadline: Deadline) throws(PipelineError) -> Checkpoint? { nil }
  }

  private func scrape(
    _ event: String, incremental: Bool = true, from memory: Memory? = nil, state: StateSettings.Kind = .postgres
  ) throws -> ScrapeResponse {
    let yaml =
      "url: \(server.url)/items\nrobots: ignore\nrate: {requests: 100000}\n"
      + "incremental: {parameter: since, cursor: .id, type: integer}"
    let section = try #require(makeSection(yaml).section)
    let dataset = Dataset(
      id: "items", dataType: "items", timeZone: "UTC", extractor: "http", sinks: [],
      state: incremental ? StateSettings(state, hasOneItem: true) : nil)
    let extractor = ProcessedExtractor(
      dataset, reader: try HTTPReader(dataset, section: section), parser: ListParser(), transforms: [],
      incremental: incremental
        ? Incremental(try #require(section.section("incremental")), readTime: { $0.string }) : nil)
    let handler = ScraperHandler(
      defaultDataset: "items", registry: { _ in (dataset, extractor) }, store: store, checkpoints: { _ in memory })
    let context = LambdaContext(
      requestID: UUID().uuidString, deadline: Deadline(after: .seconds(60), on: SystemTime()),
      log: Logger(environment: [:]) { _ in }, metrics: Metrics())
    let request = try JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8))
    return try handler.handle(request, context).body
  }

  private func event(_ run: String, checkpoint: String? = nil, replay: String? = nil) -> String {
    let item = checkpoint.map { #","checkpoint":{"value":"\#($0)","type":"integer"}"# } ?? ""
    return #"{"item":{"id":"all"\#(item)},"run":"\#(run)"\#(replay.map { #","replay":{"run":"\#($0)"}"# } ?? "")}"#
  }

  private func span(_ response: ScrapeResponse) throws -> CheckpointSpan? {
    try CheckpointSpan(of: try #require(s3.body(of: response.s3Key)), key: response.s3Key)
  }

  private func span(_ before: String?, _ after: String?) throws -> CheckpointSpan {
    CheckpointSpan(
      before: try before.map { try Checkpoint($0, .integer) }, after: try after.map { try Checkpoint($0, .integer) })
  }

  @Test("have the checkpoints around them, and say that they are not complete")
  func document() throws {
    let first = try scrape(event("r1"))
    #expect(try span(first) == span(nil, "5"))
    body.change { $0 = #"[{"id": 5}, {"id": 12}]"# }
    let second = try scrape(event("r2", checkpoint: "5"))
    #expect(try span(second) == span("5", "12"))
    #expect(server.requests.map(\.target) == ["/items", "/items?since=5"])
    let text = String(decoding: try #require(s3.body(of: second.s3Key)), as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"checkpoint":{"after":{"type":"integer","value":"12"},"before":{"type":"integer","value":"5"}},"ingestion_result":{"#
      ))
    #expect(text.contains(#""complete":false"#))
  }

  @Test("of a replay start where the archive's run did, and not at today's checkpoint")
  func replay() throws {
    _ = try scrape(event("r1"))
    body.change { $0 = #"[{"id": 5}, {"id": 12}]"# }
    _ = try scrape(event("r2", checkpoint: "5"))
    let count = server.requests.count
    let newest = try scrape(event("p1", checkpoint: "99", replay: "r2"))
    #expect(try span(newest) == span("5", "12"))
    let oldest = try scrape(event("p2", checkpoint: "99", replay: "r1"))
    #expect(try span(oldest) == span(nil, "5"))
    #expect(server.requests.count == count, "a replay asks the source for nothing")
  }

  @Test("start at the checkpoint of the store that is not the ledger's, also if the item has another one")
  func stored() throws {
    let memory = Memory()
    let first = try scrape(event("r1", checkpoint: "99"), from: memory, state: .s3)
    #expect(try span(first) == span(nil, "5"))
    memory.stored = CheckpointState()
    memory.stored?.checkpoint = try Checkpoint("3", .integer)
    let second = try scrape(event("r2"), from: memory, state: .s3)
    #expect(try span(second) == span("3", "5"))
    #expect(memory.names.map(\.sourceName) == ["items", "items"])
    _ = try scrape(event("p", replay: "r2"), from: memory, state: .s3)
    #expect(memory.names.count == 2, "a replay reads no checkpoint")
  }

  @Test("of any other dataset have nothing of it, although the item has a checkpoint")
  func other() throws {
    let response = try scrape(event("r1", checkpoint: "5"), incremental: false)
    let text = String(decoding: try #require(s3.body(of: response.s3Key)), as: UTF8.self)
    #expect(text.hasPrefix(#"{"ingestion_result":{"#))
    #expect(!text.contains("checkpoint"))
    #expect(try span(response) == nil)
  }
}
