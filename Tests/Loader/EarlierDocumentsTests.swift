import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import LoaderFunction

@Suite("Documents of earlier runs")
final class EarlierDocumentsTests {
  private let sink = FakeSink()
  private let unloaded = FakeUnloadedDocuments()
  private let time = ManualTime()
  private var objects: [String: Data] = [:]
  private var log: [String] = []
  private var isIncremental = true
  private var endedAt: Date?

  private static let started = Date(timeIntervalSince1970: 1_717_142_400)  // 2024-05-31T08:00:00Z
  private static func key(_ run: String) -> String { "raw/d/events/year=2024/month=05/day=31/events_all_\(run).json" }

  private func opening(_ run: String = "r9") throws -> LedgerResponse {
    let ledger = FakeLedger()
    ledger.runRecord = RunRecord(
      run: run, trigger: .schedule, status: endedAt == nil ? .running : .failed, startedAt: Self.started,
      endedAt: endedAt, items: [], itemsLoaded: 0, itemsFailed: 0, records: RecordCounts())
    let handler = LoaderHandler(
      dataset: { [self] _ throws(PipelineError) in
        Dataset(
          id: "d", dataType: "events", timeZone: "UTC", extractor: "http", sinks: ["fake"], hasDates: false,
          state: isIncremental ? StateSettings(.postgres, hasOneItem: true) : nil)
      }, sinks: { [self] _ in [sink] }, reading: { [self] key, _ in objects[key] }, ledger: ledger, unloaded: unloaded)
    let event = LedgerEvent.opened(
      RunOpening(trigger: .schedule, startedAt: Self.started, items: [try WorkItem(id: "all")]))
    let context = LambdaContext(
      requestID: "r", deadline: Deadline(after: .seconds(100), on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: Metrics(time: time))
    return try handler.handle(LedgerRequest(run: run, event: event), context).body
  }

  private func leave(_ runs: String...) throws {
    for run in runs {
      unloaded.documents.append(
        UnloadedDocument(run: run, started: Self.started, item: try WorkItem(id: "all")))
      objects[Self.key(run)] = Data(#"{"ingestion_result":{},"records":[]}"#.utf8)
    }
  }

  @Test("are loaded when the next run is opened, under the runs that made them, the oldest first (F31)")
  func loaded() throws {
    try leave("r1", "r2", "r9")
    let response = try opening()
    #expect(sink.targets.map(\.key) == [Self.key("r1"), Self.key("r2")])
    #expect(sink.targets.map(\.run) == ["r1", "r2"])
    #expect(response.documentsLoaded == 2 && response.documentsSetAside == nil)
    #expect(unloaded.ends == [.loaded, .loaded])
  }

  @Test("are left alone for a dataset whose runs read everything")
  func notIncremental() throws {
    isIncremental = false
    try leave("r1")
    #expect(try opening().documentsLoaded == nil)
    #expect(sink.targets.isEmpty && unloaded.attempts.isEmpty)
  }

  @Test("that were never stored are no failure")
  func absent() throws {
    try leave("r1")
    objects = [:]
    #expect(try opening().documentsLoaded == nil)
    #expect(unloaded.ends == [.absent] && sink.targets.isEmpty)
  }

  @Test("that cannot be loaded stop neither the run nor others, and are set aside after three failures with the reason")
  func poison() throws {
    try leave("r1", "r2")
    objects[Self.key("r1")] = Data("no document".utf8)
    sink.error = PipelineError(.sourceChanged, "every record lacks its key")
    #expect(try opening().documentsSetAside == nil)
    #expect(try opening("r10").documentsSetAside == nil)
    let third = try opening("r11")
    #expect(third.documentsSetAside == 2)
    #expect(
      log.contains {
        $0.contains("ERROR")
          && $0.contains("a document of the run r0 is set aside: 3 loads of it failed, the last with ")
          && $0.contains("SourceChanged: every record lacks its key") && $0.contains("festvibes state d")
      }, "\(log)")
  }

  @Test("that ended the loader's process each time are set aside before they do it again (F31)")
  func killer() throws {
    try leave("r1")
    for _ in 0..<3 {
      _ = try unloaded.beginAttempt(
        unloaded.documents[0], at: Self.key("r1"),
        of: Dataset(id: "d", dataType: "events", timeZone: "UTC", extractor: "http", sinks: []),
        deadline: .none(on: time))
    }
    #expect(try opening().documentsSetAside == 1)
    #expect(sink.targets.isEmpty)
    #expect(log.contains { $0.contains("the loader ended without an error each time that it loaded it") }, "\(log)")
  }

  @Test(
    "are not blamed for a store that is away, which stops the opening",
    arguments: [
      PipelineError.Name.databaseUnavailable, .storageUnavailable, .runLocked,
    ])
  func stores(name: PipelineError.Name) throws {
    try leave("r1")
    sink.error = PipelineError(name, "away")
    #expect(throws: PipelineError(name, "away")) { try opening() }
    #expect(unloaded.ends == [.notTried])
  }

  @Test(
    "stop no run for what is wrong with them or with a setting",
    arguments: [
      (PipelineError.Name.schemaMismatch, true), (.invalidInput, true), (.storageCorrupt, true),
      (.databaseConflict, true), (.configurationInvalid, false),
    ])
  func faults(name: PipelineError.Name, isItsFault: Bool) throws {
    try leave("r1", "r2")
    let error = PipelineError(name, "wrong")
    sink.error = error
    #expect(try opening().documentsLoaded == nil)
    let end = isItsFault ? AttemptEnd.failed(error) : .notTried
    #expect(unloaded.ends == [end, end])
  }

  @Test("are blamed for the time only if they had all of it")
  func slowness() throws {
    try leave("r1", "r2")
    sink.error = PipelineError(.deadlineExceeded, "too slow")
    _ = try opening()
    #expect(unloaded.ends == [.failed(PipelineError(.deadlineExceeded, "too slow")), .notTried])
  }

  @Test("are left alone by an opening that arrives after the end of its run")
  func ended() throws {
    try leave("r1")
    endedAt = Self.started
    #expect(try opening().documentsLoaded == nil)
    #expect(unloaded.attempts.isEmpty)
  }

  @Test("take at most half of the time; the rest is for the next run")
  func halfOfTheTime() throws {
    try leave("r1", "r2", "r3")
    let slow = SlowSink(time)
    let ledger = FakeLedger()
    let handler = LoaderHandler(
      dataset: { _ throws(PipelineError) in
        Dataset(
          id: "d", dataType: "events", timeZone: "UTC", extractor: "http", sinks: ["fake"], hasDates: false,
          state: StateSettings(.postgres, hasOneItem: true))
      }, sinks: { _ in [slow] }, reading: { [self] key, _ in objects[key] }, ledger: ledger, unloaded: unloaded)
    let context = LambdaContext(
      requestID: "r", deadline: Deadline(after: .seconds(100), on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: Metrics(time: time))
    let event = LedgerEvent.opened(
      RunOpening(trigger: .schedule, startedAt: Self.started, items: [try WorkItem(id: "all")]))
    let response = try handler.handle(LedgerRequest(run: "r9", event: event), context).body
    #expect(response.documentsLoaded == 2)
    #expect(log.contains { $0.contains("the next run loads them") }, "\(log)")
  }
}

/// A sink that takes 30 seconds for a document.
private final class SlowSink: Sink {
  private let time: ManualTime
  init(_ time: ManualTime) { self.time = time }

  func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    time.advance(by: .seconds(30))
    return LoadReport(records: RecordCounts(), isInLedger: true)
  }

  func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun {
    throw PipelineError(.invalidInput, "not used")
  }
}
