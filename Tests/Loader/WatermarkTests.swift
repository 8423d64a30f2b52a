import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import LoaderFunction

@Suite("The last times of series in the loader")
final class WatermarkTests {
  private let memory = CheckpointTests.Memory()
  private let ledger = FakeLedger()
  private let sink = FakeSink()
  private let time = ManualTime()
  private var hasState = true
  private var name: CheckpointName { CheckpointName(sourceType: "http", dataset: "d", item: "all", isOnlyItem: true) }

  @discardableResult
  private func respond(_ event: String, ledger: (any RunLedger)?) throws -> LoaderResponse {
    let handler = LoaderHandler(
      dataset: { [self] _ throws(PipelineError) in
        var dataset = Dataset(id: "d", dataType: "series", timeZone: "UTC", extractor: "http", sinks: ["fake"])
        if hasState { dataset.watermarks = StateSettings(.s3, hasOneItem: true) }
        return dataset
      }, sinks: { [sink] _ in [sink] },
      reading: { _, _ throws(PipelineError) in Data(#"{"ingestion_result":{},"records":[]}"#.utf8) }, ledger: ledger,
      checkpoints: { [memory] _ throws(PipelineError) in memory }, time: time)
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: SystemTime()), log: Logger(environment: [:]) { _ in }, metrics: Metrics())
    return try handler.handle(JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8)), context)
  }

  private func load(_ watermarks: [String: String], key: String = "raw/k", isSuperseded: Bool = false) throws {
    sink.report = LoadReport(records: RecordCounts(found: 2, new: 2), isSuperseded: isSuperseded)
    sink.report.watermarks = watermarks
    try respond(#"{"item": {"id": "all"}, "s3_key": "\#(key)", "run": "r1"}"#, ledger: ledger)
  }

  @Test("They are noted after the sink and the ledger, and a series that a document lacks keeps its own")
  func noted() throws {
    var loads = 0
    memory.onUpdate = { [ledger] in loads = ledger.loads.count }
    try load(["A": "2024-02-01T00:00:00-03:00", "B": "2024-01-01T00:00:00-03:00"])
    #expect(loads == 1)
    #expect(memory.stored[name]?.lastRunAt == time.now)
    time.advance(by: .seconds(60))
    try load(["A": "2024-01-01T00:00:00-03:00"], key: "raw/2")
    let state = try #require(memory.stored[name])
    #expect(state.lastRunAt == time.now)
    // A document that ends earlier takes no later point away.
    #expect(state.series == ["A": "2024-02-01T00:00:00-03:00", "B": "2024-01-01T00:00:00-03:00"])
    #expect(state.totalRecords == 4)
    #expect(state.checkpoint == nil)
    #expect(state.status == .success)
  }

  @Test("A document that is loaded again changes nothing, and one that a later one has superseded no series")
  func again() throws {
    try load(["A": "2024-02-01T00:00:00-03:00"])
    let before = try #require(memory.stored[name])
    try load(["A": "2024-02-01T00:00:00-03:00"])
    #expect(memory.stored[name] == before)
    try load([:], key: "raw/2", isSuperseded: true)
    #expect(memory.stored[name]?.series == before.series)
    #expect(memory.stored[name]?.lastDocument == "raw/2")
  }

  @Test("A sink that fails notes nothing; a state that cannot be written fails the load, which is repeated (F35)")
  func failing() throws {
    sink.error = PipelineError(.storageUnavailable, "503")
    #expect(throws: PipelineError.self) { try load(["A": "x"]) }
    #expect(memory.stored.isEmpty)
    sink.error = nil
    memory.error = PipelineError(.storageUnavailable, "503")
    let error = #expect(throws: PipelineError.self) { try load(["A": "x"]) }
    #expect(error?.name == .storageUnavailable)
  }

  @Test("A dataset without `state` notes nothing")
  func none() throws {
    hasState = false
    try load(["A": "2024-02-01T00:00:00-03:00"])
    #expect(memory.stored.isEmpty)
  }

  @Test("A failed item is noted, as for checkpoints, and a run's opening gets no checkpoints")
  func failure() throws {
    try respond(
      #"{"ledger":{"run":"r1","opened":{"trigger":"manual","started_at":"2024-05-31T08:00:00Z","items":[{"id":"all"}]}}}"#,
      ledger: ledger)
    #expect(memory.stored.isEmpty)
    try respond(
      #"{"ledger":{"run":"r1","failed":{"item":{"id":"all"},"stage":"scrape","error":"StorageCorrupt","#
        + #""failed_at":"2024-05-31T08:00:09Z"}}}"#, ledger: ledger)
    #expect(memory.stored[name]?.status == .failed)
  }
}
