import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import LoaderFunction

/// The loader's part of the rule that one run of a dataset works at a time.
@Suite("The loader of a dataset with a lock")
final class LockTests {
  private let time = ManualTime()
  private lazy var lock = FakeLock(time)
  private let sink = DeadlineSink()
  private let ledger = OrderedLedger()
  private var log: [String] = []

  @discardableResult
  private func respond(_ event: String, isLocked: Bool = true, within limit: Duration = .seconds(120)) throws -> Data {
    let lock = lock
    ledger.lock = lock
    let handler = LoaderHandler(
      dataset: FakeDatasets.find, sinks: { [sink] _ in [sink] }, lock: { _ in isLocked ? lock : nil },
      reading: { _, _ in Data("[]".utf8) }, ledger: ledger)
    let request = try JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8))
    let context = LambdaContext(
      requestID: "r", deadline: Deadline(after: limit, on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: Metrics(time: time))
    return try JSONEncoder().encode(try handler.handle(request, context))
  }

  private func failure(_ event: String) -> PipelineError? {
    do {
      try respond(event)
      return nil
    } catch { return error as? PipelineError }
  }

  private func event(_ run: String, _ fact: String) -> String { #"{"ledger": {"run": "\#(run)", \#(fact)}}"# }
  private func opened(_ run: String) -> String {
    event(run, #""opened": {"trigger": "schedule", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31"]}"#)
  }
  private func failed(_ run: String) -> String {
    let fact =
      #""date": "2024-05-31", "stage": "scrape", "error": "SourceChanged", "failed_at": "2024-05-31T08:00:09Z""#
    return event(run, #""failed": {\#(fact)}"#)
  }
  private func closed(_ run: String) -> String {
    let fact = #""trigger": "schedule", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31"]"#
    return event(run, #""closed": {\#(fact), "ended_at": "2024-05-31T08:03:00Z", "failed_dates": []}"#)
  }
  private func stopped(_ run: String) -> String {
    #"""
    {"source": "aws.states", "detail": {"name": "\#(run)", "status": "ABORTED", "startDate": 1717142400000,
      "stopDate": 1717142460000}}
    """#
  }
  private func load(_ run: String?) -> String {
    let name = run.map { #", "run": "\#($0)""# } ?? ""
    return #"{"s3_key": "raw/k", "date": "2024-05-31"\#(name)}"#
  }

  @Test("takes the lock before anything is written, renews it with every event and load, and releases it at the end")
  func wholeRun() throws {
    try respond(opened("run-a"))
    #expect(ledger.calls == [["acquire run-a"]], "the lock was taken before the ledger was written")
    try respond(opened("run-a"))
    try respond(load("run-a"))
    try respond(failed("run-a"))
    try respond(closed("run-a"))
    #expect(
      lock.calls == ["acquire run-a", "acquire run-a", "renew run-a", "renew run-a", "release run-a"])
    #expect(lock.held == nil && sink.loads == 1 && ledger.calls.count == 4)
  }

  @Test("holds no lock for a run that has ended, if its opening comes again afterwards")
  func lateOpening() throws {
    ledger.record = RunRecord(
      run: "run-a", trigger: .manual, status: .failed, startedAt: time.now, endedAt: time.now, items: [],
      itemsLoaded: 0,
      itemsFailed: 0, records: RecordCounts())
    try respond(opened("run-a"))
    #expect(lock.held == nil && lock.calls == ["acquire run-a", "release run-a"])
  }

  @Test("refuses a second run as RunLocked, and writes nothing for it")
  func second() throws {
    try respond(opened("run-a"))
    let error = failure(opened("run-b"))
    #expect(error?.name == .runLocked)
    #expect(error?.message.contains("run run-a holds the lock since 2024-05-31T19:00:00Z, until") == true)
    #expect(ledger.calls.count == 1)
    #expect(failure(load("run-b"))?.name == .runLocked && sink.loads == 0, "nor does it load")
    try respond(closed("run-a"))
    try respond(opened("run-b"))
  }

  @Test("refuses the late load of a run whose lock another run has taken over, before a sink is touched")
  func fencing() throws {
    try respond(opened("run-a"))
    time.advance(by: .seconds(361))
    try respond(opened("run-b"))
    try respond(load("run-b"))
    let error = failure(load("run-a"))
    #expect(error?.name == .runLocked && error?.message.contains("so it does not load 2024-05-31") == true)
    #expect(sink.loads == 1)
    try respond(closed("run-b"))
    #expect(failure(load("run-a"))?.name == .runLocked, "what run-b loaded is newer")
    #expect(sink.loads == 1)
  }

  @Test("does not release another run's lock, and closes the run that has lost it")
  func foreignRelease() throws {
    try respond(opened("run-a"))
    time.advance(by: .seconds(361))
    try respond(opened("run-b"))
    for event in [closed("run-a"), stopped("run-a"), failed("run-a")] { try respond(event) }
    #expect(lock.held?.run == "run-b" && ledger.calls.count == 5)
    #expect(log.contains { $0.contains("no longer has the lock etl:d in memory") })
  }

  @Test("releases the lock of a run that was stopped, and of one whose end the ledger cannot take")
  func stop() throws {
    try respond(opened("run-a"))
    try respond(stopped("run-a"))
    #expect(lock.held == nil)
    try respond(opened("run-b"))
    ledger.error = PipelineError(.databaseUnavailable, "gone")
    #expect(failure(closed("run-b"))?.name == .databaseUnavailable)
    #expect(lock.held == nil)
    ledger.error = nil
    try respond(closed("run-b"))
  }

  @Test(
    "fails with the lock's error, which is retried, where the lock decides; a failure of an item is recorded all the same"
  )
  func unreachable() throws {
    try respond(opened("run-a"))
    lock.error = PipelineError(.destinationUnavailable, "throttled")
    for event in [opened("run-a"), load("run-a"), closed("run-a")] {
      #expect(failure(event)?.name == .destinationUnavailable)
    }
    #expect(sink.loads == 0)
    let written = ledger.calls.count
    try respond(failed("run-a"))
    #expect(ledger.calls.count == written + 1)
    #expect(log.contains { $0.contains("the lock was not renewed: DestinationUnavailable: throttled") })
  }

  @Test("ends a load no later than the lock")
  func deadline() throws {
    lock = FakeLock(time, timeout: .seconds(30))
    try respond(opened("run-a"))
    try respond(load("run-a"))
    #expect(sink.remaining == [.seconds(30)])
    try respond(load("run-a"), within: .seconds(20))
    #expect(sink.remaining.last == .seconds(20))
  }

  @Test("asks no lock for a person's load without a run, nor for a dataset without one")
  func without() throws {
    try respond(load(nil))
    for event in [opened("run-a"), load("run-a"), failed("run-a"), closed("run-a"), stopped("run-a")] {
      try respond(event, isLocked: false)
    }
    #expect(lock.calls.isEmpty && sink.loads == 2 && sink.remaining.last == .seconds(120))
  }
}

/// A sink that notes how much time it is given.
private final class DeadlineSink: Sink {
  private(set) var remaining: [Duration] = []
  var loads: Int { remaining.count }

  func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    remaining.append(deadline.remaining)
    return LoadReport(records: RecordCounts(), isInLedger: true)
  }

  func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun {
    throw PipelineError(.invalidInput, "not used")
  }
}

/// A ledger that notes what the lock was asked before each event.
private final class OrderedLedger: RunLedger {
  var lock: FakeLock?
  var error: PipelineError?
  var record: RunRecord?
  private(set) var calls: [[String]] = []

  func record(
    _ event: LedgerEvent, ofRun run: String, in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> RunRecord? {
    if let error { throw error }
    calls.append(lock?.calls ?? [])
    return record
  }

  func recordLoad(
    _ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) {}
}
