import AWS
import ArgumentParser
import Contracts
import Definitions
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

@Suite("Locks, as a person sees them")
struct LockTests {
  private let time = ManualTime(start)
  private let dataset = Dataset(id: "news", dataType: "articles", timeZone: "UTC", extractor: "e", sinks: [])
  private let utc = TimeZone(identifier: "UTC") ?? .current

  private func report(after seconds: Int = 0, isReleased: Bool = false) throws -> LockReport {
    let lock = FakeLock(time)
    _ = try lock.acquire(for: "run-a", deadline: .none(on: time))
    time.advance(by: .seconds(seconds))
    let holder = try lock.holder(deadline: .none(on: time))
    return LockReport(dataset: dataset, lock: lock, holder: holder, isReleased: isReleased)
  }

  @Test("The holder is named, since when and until when, and the next step is to watch it")
  func held() throws {
    let report = try report()
    #expect(
      report.lines(in: utc) == [
        "The run run-a holds the lock etl:d in memory since 2024-05-31 19:00:00 UTC, until 2024-05-31 19:05:00 UTC."
      ])
    #expect(report.next.command.hasSuffix(" watch run-a --dataset news"))
    #expect(
      try JSONText.line(report.fields)
        == #"{"dataset":"news","expired":false,"held":true,"lock":"etl:d in memory","next":"\#(report.next.command)","#
        + #""released":false,"run":"run-a","since":"2024-05-31T19:00:00Z","until":"2024-05-31T19:05:00Z"}"#)
  }

  @Test("An expired lock says when the next run takes it over")
  func expired() throws {
    let report = try report(after: 301)
    #expect(report.lines(in: utc).count == 2)
    #expect(report.lines(in: utc).last?.contains("takes the lock over 60 seconds after its end") == true)
    #expect(report.next.command.hasSuffix(" status run-a --dataset news"))
  }

  @Test("A released lock says whose it was, and what happens to that run")
  func released() throws {
    let report = try report(isReleased: true)
    #expect(report.lines(in: utc)[0] == "Released the lock etl:d in memory.")
    #expect(
      report.lines(in: utc)[1]
        == "The run run-a had it since 2024-05-31 19:00:00 UTC. If that run still works, its loads are refused as "
        + "RunLocked from now on; what it has loaded stays.")
    #expect(report.next.command.hasSuffix(" run --dataset news"))
    #expect(report.fields["held"] as? Bool == false && report.fields["released"] as? Bool == true)
  }

  @Test("No holder, and one without a name")
  func others() throws {
    let lock = FakeLock(time)
    let none = LockReport(dataset: dataset, lock: lock, holder: nil)
    #expect(none.lines(in: utc) == ["No run holds the lock etl:d in memory."])
    #expect(none.fields["run"] is NSNull && none.fields["held"] as? Bool == false)
    let foreign = LockHolder(run: nil, acquiredAt: start, expiresAt: start + 300, hasExpired: false)
    let report = LockReport(dataset: dataset, lock: lock, holder: foreign)
    #expect(report.lines(in: utc)[0].hasPrefix("Another program, which has written no owner, holds the lock"))
    #expect(report.next.command.hasSuffix(" status --dataset news"))
  }

  private func locked() throws -> RunProgress {
    let executions = FakeExecutions()
    executions.items = ["2024-05-01", "2024-05-02"]
    executions.status = "SUCCEEDED"
    executions.output = lockedOutput
    return try ExecutionFollower(executions, arn: "run").poll()
  }

  @Test("A run that was locked is neither a success nor a failure, ends at once, and has an exit status of its own")
  func progress() throws {
    let run = try locked()
    #expect(run.outcome == .locked && !run.isSuccess && run.isSettled && run.isLocked)
    let error = #expect(throws: ExitCode.self) { try run.exitUnlessSuccess() }
    #expect(error?.rawValue == 75)
    let report = RunReport(progress: run, dataset: .wwoz, now: start)
    #expect(report.verdictText == "locked: the run did nothing: RunLocked: run run-a holds the lock.")
    #expect(RunAdvice(progress: run, dataset: .wwoz).step?.command.hasSuffix(" lock wwoz") == true)
    let fields = RunObject(progress: run, dataset: .wwoz, now: start).fields
    #expect(fields["status"] as? String == "locked" && fields["error"] as? String == "RunLocked")
    #expect((fields["counts"] as? [String: Int])?["not_tried"] == 2)
    #expect(RetryPlan(run).items.map(\.reason) == ["not tried", "not tried"], "it can be tried again")
    for (status, code) in [(ExecutionStatus.failed, 1), (.aborted, 1)] {
      let other = #expect(throws: ExitCode.self) { try makeProgress([], status: status).exitUnlessSuccess() }
      #expect(other?.rawValue == Int32(code))
    }
  }

  @Test("The list of runs by Step Functions alone has it as locked")
  func list() throws {
    var run = RunSummary(name: "cli-1", status: .succeeded, startedAt: start, endedAt: start + 1)
    run.isLocked = true
    run.failure = try locked().failure
    let lines = StatusReport(runs: [run], now: start, zone: utc).lines(
      for: Terminal(isInteractive: false, colors: false, size: nil))
    #expect(
      lines.contains { $0.contains("cli-1") && $0.contains("locked") }
        && lines.contains("  RunLocked: run run-a holds the lock"))
    #expect(!run.isFailure)
  }

  private func warnings(_ lock: String) throws -> [String] {
    let text = "dataset_id: news\ndata_type: articles\nextract: {plugin: x}\nlock: \(lock)\n"
    let read = Definition.read(
      Array(text.utf8), file: "f", plugins: KnownPlugins(lock: .lock), variable: { _, _ in nil })
    return LockWarnings(try #require(read.definition)).warnings
  }

  @Test("check warns of a lock that ends before a scrape may")
  func check() throws {
    #expect(try warnings("{kind: postgres}").isEmpty && warnings("{kind: postgres, timeout_seconds: 300}").isEmpty)
    let warning = try #require(try warnings("{kind: postgres, timeout_seconds: 299}").first)
    #expect(
      warning.hasPrefix("f:4: lock: timeout_seconds: warning: it is 299, and a scraper may take 300 seconds, and, "))
    #expect(warning.contains("having no database, cannot renew this lock"))
    #expect(try warnings("{kind: dynamodb, table_name: abc, timeout_seconds: 120}").count == 1)
  }
}
