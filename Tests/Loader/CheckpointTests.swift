import Contracts
import Foundation
import LambdaRuntime
import Testing
import Time

@testable import LoaderFunction

/// The order of sinks, ledger and checkpoint, and what a run's events mean for checkpoints.
@Suite("Checkpoints in the loader")
final class CheckpointTests {
  /// Checkpoints in memory, which note when they are changed.
  final class Memory: CheckpointStore {
    var stored: [CheckpointName: CheckpointState] = [:]
    var error: PipelineError?
    var onUpdate: () -> Void = {}

    func states(
      of names: [CheckpointName], deadline: Deadline
    ) throws(PipelineError) -> [CheckpointName: CheckpointState] {
      if let error { throw error }
      return stored.filter { names.contains($0.key) }
    }

    func update(
      _ name: CheckpointName, deadline: Deadline, _ change: (inout CheckpointState) -> Void
    ) throws(PipelineError) -> CheckpointState {
      onUpdate()
      if let error { throw error }
      change(&stored[name, default: CheckpointState()])
      return stored[name] ?? CheckpointState()
    }

    func reset(_ name: CheckpointName, deadline: Deadline) throws(PipelineError) -> Checkpoint? { nil }
  }

  private let memory = Memory()
  private let ledger = FakeLedger()
  private let sink = FakeSink()
  private let second = FakeSink()
  private var document =
    #"{"checkpoint":{"after":{"type":"integer","value":"9"},"before":null},"ingestion_result":{},"records":[]}"#
  private static let load = #"{"item": {"id": "a"}, "s3_key": "raw/k", "run": "r1"}"#

  private func dataset(_ kind: StateSettings.Kind?) -> Dataset {
    Dataset(
      id: "d", dataType: "items", timeZone: "UTC", extractor: "http", sinks: ["fake"],
      state: kind.map { StateSettings($0, hasOneItem: false) })
  }

  @discardableResult
  private func respond(
    _ event: String, _ kind: StateSettings.Kind?, sinks: [any Sink]? = nil
  ) throws -> LoaderResponse {
    let handler = LoaderHandler(
      dataset: { [self] _ throws(PipelineError) in dataset(kind) }, sinks: { [self] _ in sinks ?? [sink] },
      reading: { [self] _, _ throws(PipelineError) in Data(document.utf8) }, ledger: ledger,
      checkpoints: { [self] _ throws(PipelineError) in memory })
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: SystemTime()), log: Logger(environment: [:]) { _ in }, metrics: Metrics())
    return try handler.handle(JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8)), context)
  }

  private var name: CheckpointName { CheckpointName(sourceType: "http", dataset: "d", item: "a", isOnlyItem: false) }

  @Test(
    "One in Postgres goes with the load: to the only sink, which writes the ledger, or to the ledger after all sinks")
  func postgres() throws {
    try respond(Self.load, .postgres)
    #expect(sink.targets.first?.checkpoint?.name == name)
    #expect(sink.targets.first?.checkpoint?.span.after?.value == "9")
    sink.report.isInLedger = false
    try respond(Self.load, .postgres, sinks: [sink, second])
    #expect(sink.targets.last?.writesLedger == false)
    #expect(ledger.loads.last?.target.checkpoint?.span.after?.value == "9")
    #expect(memory.stored.isEmpty, "nothing moves it beside the ledger")
  }

  @Test("One elsewhere moves after all sinks and the ledger", arguments: [StateSettings.Kind.s3, .file])
  func elsewhere(_ kind: StateSettings.Kind) throws {
    var loads = -1
    memory.onUpdate = { [ledger, second] in loads = ledger.loads.count * 10 + second.targets.count }
    sink.report = LoadReport(records: RecordCounts(found: 4, new: 4))
    second.report = LoadReport(records: RecordCounts(found: 4, new: 4))
    try respond(Self.load, kind, sinks: [sink, second])
    #expect(loads == 11)
    #expect(ledger.loads.last?.target.checkpoint == nil)
    let state = try #require(memory.stored[name])
    #expect(state.checkpoint?.value == "9")
    #expect(state.totalRecords == 4)
    #expect(state.lastRun == "r1")
  }

  @Test(
    "A load that fails does not move it: the second of two sinks, or the ledger (F36)",
    arguments: [StateSettings.Kind.s3])
  func failing(_ kind: StateSettings.Kind) throws {
    second.error = PipelineError(.destinationUnavailable, "gone")
    #expect(throws: PipelineError.self) { try respond(Self.load, kind, sinks: [sink, second]) }
    #expect(memory.stored.isEmpty)
  }

  @Test("A checkpoint that cannot be written fails the load, which is repeated")
  func unwritten() {
    memory.error = PipelineError(.storageUnavailable, "503")
    let error = #expect(throws: PipelineError.self) { try respond(Self.load, .s3) }
    #expect(error?.name == .storageUnavailable)
  }

  @Test("A document that a later one has superseded does not move it")
  func superseded() throws {
    sink.report = LoadReport(records: RecordCounts(found: 1, unchanged: 1), isSuperseded: true, isInLedger: true)
    try respond(Self.load, .s3)
    #expect(memory.stored[name]?.checkpoint == nil)
    #expect(memory.stored[name]?.status == .success)
  }

  @Test("A document without checkpoints, or of a dataset without incremental, moves none")
  func none() throws {
    try respond(Self.load, nil)
    #expect(sink.targets.last?.checkpoint == nil)
    document = #"{"ingestion_result":{},"records":[]}"#
    try respond(Self.load, .postgres)
    #expect(sink.targets.last?.checkpoint == nil)
    try respond(Self.load, .s3)
    #expect(memory.stored.isEmpty)
  }

  @Test("A document whose checkpoints cannot be read is StorageCorrupt before any sink has loaded it")
  func damaged() {
    document = #"{"checkpoint":{"after":7},"ingestion_result":{},"records":[]}"#
    let error = #expect(throws: PipelineError.self) { try respond(Self.load, .postgres) }
    #expect(error?.name == .storageCorrupt)
    #expect(sink.targets.isEmpty)
  }

  private static let opened =
    #"{"ledger":{"run":"r1","opened":{"trigger":"manual","started_at":"2024-05-31T08:00:00Z","#
    + #""items":[{"id":"a","parameters":{"city":"Austin"}},{"id":"b"}]}}}"#

  @Test("The opening of a run returns the items with their checkpoints, if they are in Postgres")
  func opening() throws {
    memory.stored[name] = CheckpointState()
    memory.stored[name]?.checkpoint = try Checkpoint("7", .integer)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(respond(Self.opened, .postgres)), as: UTF8.self)
    #expect(
      text.contains(
        #""items":[{"checkpoint":{"type":"integer","value":"7"},"id":"a","parameters":{"city":"Austin"}},{"id":"b"}]"#))
    for kind in [StateSettings.Kind?.none, .s3, .file] {
      let other = String(decoding: try encoder.encode(respond(Self.opened, kind)), as: UTF8.self)
      #expect(!other.contains(#""items""#))
    }
  }

  @Test("A run is not opened without its checkpoints")
  func unopened() {
    memory.error = PipelineError(.databaseUnavailable, "away")
    let error = #expect(throws: PipelineError.self) { try respond(Self.opened, .postgres) }
    #expect(error?.name == .databaseUnavailable)
  }

  @Test("A failure is in the ledger, also if the state cannot be read; one that may pass is tried again")
  func unreadable() throws {
    let event =
      #"{"ledger":{"run":"r1","failed":{"item":{"id":"a"},"stage":"scrape","error":"StorageCorrupt","#
      + #""failed_at":"2024-05-31T08:00:09Z"}}}"#
    memory.error = PipelineError(.storageCorrupt, "odd")
    try respond(event, .s3)
    #expect(ledger.events.count == 1)
    memory.error = PipelineError(.storageUnavailable, "503")
    #expect(throws: PipelineError.self) { try respond(event, .s3) }
  }

  @Test("An item that failed is noted with its error, and its checkpoint stays", arguments: StateSettings.Kind.allCases)
  func failed(_ kind: StateSettings.Kind) throws {
    memory.stored[name] = CheckpointState()
    memory.stored[name]?.checkpoint = try Checkpoint("7", .integer)
    try respond(
      #"{"ledger":{"run":"r1","failed":{"item":{"id":"a"},"stage":"scrape","error":"SourceChanged","cause":"odd","#
        + #""failed_at":"2024-05-31T08:00:09Z"}}}"#, kind)
    #expect(memory.stored[name]?.status == .failed)
    #expect(memory.stored[name]?.errorMessage == "SourceChanged: odd")
    #expect(memory.stored[name]?.checkpoint?.value == "7")
  }
}
