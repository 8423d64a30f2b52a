import Contracts
import Foundation
import Testing

extension StateMachineTests {
  /// A run beside another one of its dataset, and one whose opening fails.
  @Suite("The opening of a run") struct LockTests {
    private static let holder = "another run of news is under way: run run-a holds the lock since 2024-05-31T08:00:00Z"

    /// The generator's response for two items of a dataset with or without a lock.
    private static func plan(needsLedger: Bool) -> FakeFunctions.Behaviour {
      let flag = needsLedger ? #","needs_ledger":true"# : ""
      return .responds(
        #"{"statusCode":200,"headers":{},"body":{"items":[{"id":"a"},{"id":"b"}],"count":2\#(flag)}}"#)
    }

    private func run(
      needsLedger: Bool, input: String = "{}", opening: FakeFunctions.Behaviour
    ) throws -> FinishedRun {
      try FinishedRun.run(input: input) { call in
        if call.task == .plan { return Self.plan(needsLedger: needsLedger) }
        let isOpening = (try? call.object()["ledger"] as? [String: Any])?["opened"] != nil
        return call.task == .ledger && isOpening ? opening : .succeeds
      }
    }

    @Test("ends a second run as locked, with the holder: no failure, no message, no retry, no item")
    func locked() throws {
      let run = try run(
        needsLedger: true, input: #"{"trigger":"schedule","dataset":"news"}"#,
        opening: .fails("RunLocked", Self.holder))
      #expect(run.execution.status == .succeeded)
      let output = try run.output()
      #expect(output["status"] as? String == "locked")
      #expect(output["error"] as? String == "RunLocked")
      #expect((output["cause"] as? String)?.contains(Self.holder) == true)
      #expect(output["run"] as? String == run.execution.name && output["dataset"] as? String == "news")
      #expect(output["trigger"] == nil, "the alarm on a missing run counts successes with the schedule's trigger")
      #expect(run.functions.messages.isEmpty)
      #expect(run.functions.invocations(of: .ledger).count == 1, "it is not closed: the ledger has no row of it")
      #expect(run.items.isEmpty && run.functions.invocations(of: .scrape).isEmpty)
    }

    @Test(
      "fails the run if the dataset needs the ledger and it cannot be written",
      arguments: [
        "DatabaseUnavailable", "DestinationUnavailable", "ConfigurationInvalid",
      ])
    func needed(error: String) throws {
      let run = try run(needsLedger: true, opening: .fails(error, "no ledger"))
      #expect(run.execution.status == .failed && run.execution.error == error)
      #expect(run.execution.cause?.contains("no ledger") == true)
      #expect(run.functions.invocations(of: .scrape).isEmpty, "nothing is read without the lock")
      #expect(try run.message().status == "failed")
      let events = try run.functions.invocations(of: .ledger).map { try $0.object()["ledger"] as? [String: Any] ?? [:] }
      #expect(events.last?["closed"] != nil, "the lock of an opening whose response was lost is released")
    }

    @Test(
      "lets the run go on if the dataset does not need the ledger, also where the database refuses, maybe for a moment only",
      arguments: ["DatabaseUnavailable", "ConfigurationInvalid", "SchemaMismatch"])
    func notNeeded(error: String) throws {
      let run = try run(needsLedger: false, opening: .fails(error, "password authentication failed"))
      #expect(run.execution.status == .succeeded)
      #expect(try run.output()["status"] as? String == "success")
      #expect(run.items.count == 2)
    }

    @Test("fails the run of a dataset that needs the database that there is not")
    func withoutDatabase() throws {
      let run = try run(needsLedger: false, opening: .fails("DatabaseMissing", "LEDGER is off"))
      #expect(run.execution.status == .failed && run.execution.error == "DatabaseMissing")
      #expect(run.execution.cause?.contains("LEDGER is off") == true)
      #expect(run.functions.invocations(of: .scrape).isEmpty, "nothing is read that could not be loaded")
    }

    @Test("lets the run of a dataset with a lock begin")
    func taken() throws {
      let run = try run(needsLedger: true, opening: .succeeds)
      #expect(try run.output()["status"] as? String == "success")
      #expect(run.items.count == 2)
    }

    @Test(
      "does not matter to an item whose run lost the lock later: it fails as RunLocked, at once",
      arguments: [
        MachineTask.scrape, .load,
      ])
    func lost(task: MachineTask) throws {
      let run = try FinishedRun.run { call in
        if call.task == .plan { return Self.plan(needsLedger: true) }
        return call.task == task && call.item == "b" ? .fails("RunLocked", "lost") : .succeeds
      }
      #expect(try run.failure("b")?.error == "RunLocked")
      #expect(run.attempts(task, "b") == 1)
      #expect(try run.output()["status"] as? String == "partial")
    }
  }
}
