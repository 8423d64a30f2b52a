import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import AWS
@testable import Ledger
@testable import festvibes

@Suite("Runs completed from Step Functions")
final class RunReconcilerTests {
  private let executions = FakeExecutions()
  private let items = [1, 2, 3, 4].map { WorkItem(date: CalendarDate(daysSinceEpoch: 19_843 + $0 - 1)) }
  private var settled: [RunSettlement] = []
  private var latest: [ExecutionSummary] = []
  private var latestError: AWSError?
  private var ledgerError: PipelineError?
  private var ledgerRun: (record: RunRecord, items: [RunItem])?
  private let time = ManualTime(start + 3600)

  private func reconciler(loaded: Set<String>? = nil) -> RunReconciler {
    RunReconciler(
      Dataset.wwoz,
      .init(
        arn: { $0 == "cli-1" ? "run" : $0 }, executions: executions,
        latest: { [self] _ in
          if let latestError { throw latestError }
          return latest
        },
        settle: { [self] settlement, _ in
          if let ledgerError { throw ledgerError }
          settled.append(settlement)
        }, read: { [self] _ in ledgerRun }, loaded: { _ in loaded }), time: time)
  }

  private func record(_ status: RunRecord.Status = .running, error: String? = nil) -> RunRecord {
    RunRecord(
      run: "cli-1", trigger: .schedule, status: status, startedAt: start,
      endedAt: status == .running ? nil : start + 60,
      items: items, itemsLoaded: 0, itemsFailed: 0, records: RecordCounts(), error: error)
  }

  /// Four items: done, failed while the ledger was away, stopped, not begun.
  private func children() {
    executions.items = items.map(\.id)
    executions.hasMapRun = true
    executions.add(items[0].id, .init(status: "SUCCEEDED", output: itemOutput))
    executions.add(
      items[1].id,
      .init(
        status: "SUCCEEDED", states: ["Scrape", "Load", "RecordFailure"],
        stateInput: #"{"error":{"Cause":"{\"errorMessage\":\"refused\"}"}}"#,
        output: #"{"id":"2024-05-02","failed":"DatabaseUnavailable"}"#))
    executions.childrenByName[items[1].id]?.input = #"{"item":{"id":"\#(items[1].id)"}}"#
    executions.add(items[2].id, .init(status: "ABORTED", states: ["Scrape"]))
    executions.childrenByName[items[2].id]?.input = #"{"item":{"id":"\#(items[2].id)"}}"#
  }

  @Test("An aborted run is closed with the cause of each failure, its stopped items and those it did not try")
  func aborted() throws {
    children()
    executions.status = "ABORTED"
    let status = reconciler().status(record(), items.map { RunItem(item: $0) })
    let settlement = try #require(settled.first)
    #expect(settlement.end == .stopped(.aborted, note: nil))
    #expect(settlement.opening.trigger == .schedule)
    #expect(settlement.opening.items == items)
    #expect(settlement.failures.map(\.item) == [items[1]])
    #expect(settlement.failures.first?.error == "DatabaseUnavailable")
    #expect(settlement.failures.first?.cause == "refused")
    #expect(settlement.failures.first?.stage == .load)
    #expect(settlement.aborted == [items[2].id])
    #expect(settlement.notTried == [items[3].id])
    #expect(status.items.map { status.state(of: $0) } == [.unknown, .failed, .aborted, .notTried])
    #expect(status.record.error == "Aborted")
    // The first item was done, and the ledger has no load of it.
    #expect(status.notes.contains { $0.hasPrefix("By Step Functions 1 of its items were done, but the ledger has") })
    #expect(status.isFailure)
  }

  @Test("A run that reached its end, while the ledger was away, is closed as partial")
  func finished() throws {
    children()
    executions.status = "SUCCEEDED"
    executions.childrenByName[items[2].id] = .init(
      input: #"{"item":{"id":"\#(items[2].id)"}}"#, status: "SUCCEEDED", output: itemOutput)
    executions.add(items[3].id, .init(status: "SUCCEEDED", output: itemOutput))
    executions.output = #"{"refresh_error":"CacheUnavailable: away"}"#
    _ = reconciler().status(record(), [])
    let settlement = try #require(settled.first)
    #expect(settlement.end == .finished(cause: "CacheUnavailable: away"))
    #expect(settlement.failures.map(\.error) == ["DatabaseUnavailable"])
    #expect(settlement.aborted.isEmpty && settlement.notTried.isEmpty)
    guard case .closed(let closing) = settlement.event else { throw ExpectationFailed() }
    #expect(closing.outcome == .finished(failedItems: [items[1].id], cause: "CacheUnavailable: away"))
  }

  @Test("A run that goes on has its live states, and nothing is written")
  func running() {
    children()
    executions.childrenByName[items[2].id]?.status = "RUNNING"
    let status = reconciler().status(record(), items.map { RunItem(item: $0) })
    #expect(settled.isEmpty)
    #expect(status.items.map { status.state(of: $0) } == [.done, .failed, .running, .waiting])
    #expect((status.done, status.failed) == (1, 1))
    #expect(status.counts == "1 done, 1 failed, 1 waiting, 1 running")
    #expect(status.failures.first?.error == "DatabaseUnavailable")
    #expect(!status.isOver)
  }

  @Test("A ledger that cannot be written is shown completed, and the report says so once")
  func readOnly() {
    children()
    executions.status = "FAILED"
    executions.error = "States.DataLimitExceeded"
    ledgerError = PipelineError(.configurationInvalid, "permission denied for table etl_runs")
    let reconciler = reconciler()
    let status = reconciler.status(record(), items.map { RunItem(item: $0) })
    #expect(status.record.status == .failed)
    #expect(status.record.error == "States.DataLimitExceeded")
    #expect(status.items.map { status.state(of: $0) } == [.unknown, .failed, .aborted, .notTried])
    #expect(
      reconciler.notes == [
        "What Step Functions has was not recorded in the ledger: permission denied for table etl_runs"
      ])
  }

  @Test("A ledger without the loads of items that were done is another database's, and is not written to")
  func otherDatabase() {
    children()
    executions.status = "ABORTED"
    let status = reconciler(loaded: []).status(record(), items.map { RunItem(item: $0) })
    #expect(settled.isEmpty)
    #expect(status.notes.contains { $0.contains("Was the database restored, or is PG_DATABASE_URL another one?") })
  }

  @Test("A run that the ledger has closed with every item is not asked for")
  func settledRun() {
    let done = items.map { RunItem(item: $0, failure: nil) }
    var closed = record(.failed, error: "E")
    (closed.itemsAborted, closed.itemsNotTried) = ([], items.map(\.id))
    _ = reconciler().status(closed, done)
    #expect(executions.takeCalls().isEmpty)
    let failure = ItemFailure(item: items[0], stage: nil, error: ItemFailure.unrecorded, cause: nil, failedAt: start)
    let unrecorded = RunStatus(record: closed, items: [RunItem(item: items[0], failure: failure)])
    #expect(RunReconciler.isOpenQuestion(unrecorded))
  }

  private func error(_ kind: AWSError.Kind, _ code: String?) -> AWSError {
    var error = AWSError(kind, "DescribeExecution", "why")
    error.code = code
    return error
  }

  private func load(_ item: WorkItem, after seconds: Double) -> RunItem {
    RunItem(
      item: item,
      load: .init(rawKey: "k", loadedAt: start + seconds, isSuperseded: false, records: RecordCounts()))
  }

  @Test("A run that Step Functions no longer has is closed: what was loaded is done, the rest was aborted or not tried")
  func lost() throws {
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    let status = reconciler().status(
      record(), [load(items[0], after: 5), RunItem(item: items[1]), load(items[2], after: 9), RunItem(item: items[3])])
    let settlement = try #require(settled.first)
    guard case .failed("Lost", let cause?) = settlement.end else { throw ExpectationFailed() }
    #expect(cause.hasPrefix("Step Functions no longer has the run: "))
    #expect(settlement.endedAt == start + 9)
    #expect(settlement.opening.items == items && settlement.opening.trigger == .schedule)
    #expect(status.items.map { status.state(of: $0) } == [.done, .aborted, .done, .notTried])
    #expect(status.counts == "2 done, 0 failed, 1 aborted, 1 not tried")
    #expect(status.undone == "2024-05-01, 2024-05-03 have no load in the ledger.")
    #expect(status.isLost && status.isOver && status.isFailure && status.notes.isEmpty)
    #expect(status.statusCell(at: start).text == "lost" && status.took(at: start).isEmpty)
  }

  @Test("A lost run of which every item was loaded has the status of its items, and one that failed stays failed")
  func lostAfterItsWork() throws {
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    let loaded = items.map { load($0, after: 7) }
    #expect(reconciler().status(record(), loaded).record.status == .success)
    #expect(settled.last?.end == .finished(cause: nil))
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    let failure = ItemFailure(item: items[3], stage: .load, error: "E", cause: nil, failedAt: start + 8)
    let status = reconciler().status(record(), loaded.dropLast() + [RunItem(item: items[3], failure: failure)])
    #expect(status.record.status == .partial)
    #expect(settled.last?.failures == [failure])
    guard case .closed(let closing)? = settled.last?.event else { throw ExpectationFailed() }
    #expect(closing.outcome == .finished(failedItems: [items[3].id]))
  }

  @Test(
    "Nothing is closed if Step Functions is unreachable, refuses, or has no such state machine",
    arguments: [
      (AWSError.Kind.unavailable, nil), (.timedOut, nil), (.accessDenied, "AccessDeniedException"),
      (.notFound, "StateMachineDoesNotExist"),
    ] as [(AWSError.Kind, String?)])
  func unreachable(kind: AWSError.Kind, code: String?) {
    executions.failures = [error(kind, code)]
    let first = reconciler()
    #expect(first.status(record(), []).record.status == .running)
    #expect(first.notes.first?.hasPrefix("Step Functions could not be asked, so open runs may have ended: ") == true)
    // The name of another machine: none of its executions exists either.
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    latestError = error(kind, code)
    let second = reconciler()
    #expect(second.status(record(), []).record.status == .running)
    #expect(second.unreachable != nil)
    #expect(settled.isEmpty)
  }

  @Test("A run that began less than a minute ago is not lost yet", arguments: [(59.9, 0), (60, 1)] as [(Double, Int)])
  func young(age: Double, settlements: Int) {
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    var young = record()
    young.startedAt = time.now - age
    let status = reconciler().status(young, [])
    #expect(settled.count == settlements)
    #expect(status.isOver == (settlements > 0))
    #expect(status.notes.isEmpty == (settlements > 0))
  }

  @Test("A run that has closed itself meanwhile is not closed again, and a load of the last moment counts")
  func meanwhile() {
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    ledgerRun = (record(.success), [])
    #expect(reconciler().status(record(), []).record.status == .success)
    #expect(settled.isEmpty)
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    ledgerRun = (record(), items.map { load($0, after: 1) })
    _ = reconciler().status(record(), items.map { RunItem(item: $0) })
    #expect(settled.first?.end == .finished(cause: nil))
  }

  @Test("A lost run of a ledger that cannot be written is shown as lost")
  func lostAndReadOnly() {
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    ledgerError = PipelineError(.configurationInvalid, "permission denied")
    let reconciler = reconciler()
    #expect(reconciler.status(record(), items.map { RunItem(item: $0) }).isLost)
    #expect(reconciler.unwritable == "permission denied")
  }

  @Test("Of a run that was closed and is gone in Step Functions, the unknown items stay unknown")
  func forgotten() {
    executions.failures = [error(.notFound, "ExecutionDoesNotExist")]
    let status = reconciler().status(record(.failed, error: "Aborted"), items.map { RunItem(item: $0) })
    #expect(status.count(.unknown) == 4 && !status.isLost && settled.isEmpty)
    #expect(status.notes.first?.hasPrefix("Step Functions no longer has all of cli-1") == true)
  }

  @Test("A run that only Step Functions knows is added")
  func unknown() throws {
    children()
    executions.status = "TIMED_OUT"
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    latest = try decoder.decode(
      [ExecutionSummary].self,
      from: Data(#"[{"executionArn":"run","name":"cli-1","status":"TIMED_OUT","startDate":1717182000}]"#.utf8))
    let reconciler = reconciler()
    #expect(reconciler.unknownRuns(besides: [], last: 10) == ["cli-1"])
    #expect(reconciler.unknownRuns(besides: [record()], last: 10).isEmpty)
    let status = try #require(reconciler.unknown("cli-1"))
    #expect(status.record.status == .failed)
    #expect(status.record.trigger == .manual)
    #expect(settled.first?.opening.items == items)
    #expect(settled.first?.end == .stopped(.timedOut, note: nil))
  }

  @Test(
    "The start of a job is no run, and a run belongs to the dataset that its input names, also in an event",
    arguments: [
      (#"{"job_type":"hourly"}"#, nil), (#"{"detail":{"job_type":"hourly"}}"#, nil), (#"{"detail":{"orders":1}}"#, nil),
      (#"{"job_type":"hourly","dataset":"wwoz"}"#, .manual), (#"{"detail":{"dataset_id":"wwoz"}}"#, .event),
      (#"{"detail":{"dataset":"news"}}"#, nil), (#"{"trigger":"event"}"#, .event),
    ] as [(String, RunOpening.Trigger?)])
  func jobs(input: String, trigger: RunOpening.Trigger?) {
    executions.input = input
    executions.status = "FAILED"
    #expect(reconciler().unknown("cli-1")?.record.trigger == trigger)
    #expect(trigger != nil || settled.isEmpty)
  }

  @Test("A run that was locked is shown as such, and written nowhere")
  func locked() throws {
    executions.items = items.map(\.id)
    executions.status = "SUCCEEDED"
    executions.output = lockedOutput
    let status = try #require(reconciler().unknown("cli-1"))
    #expect(status.isLocked && status.isOver && !status.isFailure && settled.isEmpty)
    #expect(status.record.error == "RunLocked" && status.record.endedAt == start + 60)
    #expect(status.failure?.description == "RunLocked: run run-a holds the lock")
    #expect(status.record.statusCell(at: start).text == "locked")
    #expect(StatusJSON.Run(status).status == "locked" && !StatusJSON.Run(status).isFailure)
    let done = RunStatus(record: record(.success))
    let overview = StatusOverview(dataset: .wwoz, runs: [status, done])
    #expect(overview.lastRun?.record == done.record, "a locked run says nothing of the dataset")
    #expect(StatusOverview(dataset: .wwoz, runs: [status]).isOK)
  }
}

private struct ExpectationFailed: Error {}
