import Foundation
import TestSupport
import Testing

extension StateMachineTests {
  @Suite("Items at once") struct ConcurrencyTests {
    @Test("are five, and never six (F02)")
    func five() throws {
      struct Running {
        var now = 0
        var maximum = 0
      }
      let running = Locked(Running())
      let dates = FinishedRun.dates(31)
      let run = try FinishedRun.run(dates) { call in
        guard call.task != .plan else { return .succeeds }
        running.change {
          $0.now += 1
          $0.maximum = max($0.maximum, $0.now)
        }
        // The first five wait until five are running, and then a moment for a sixth.
        if call.task == .scrape, dates.prefix(5).contains(call.item) {
          for _ in 0..<3000 where running.change({ $0.maximum }) < 5 { Thread.sleep(forTimeInterval: 0.01) }
        }
        Thread.sleep(forTimeInterval: 0.05)
        running.change { $0.now -= 1 }
        return .succeeds
      }
      #expect(run.execution.status == .succeeded)
      #expect(run.items.count == 31)
      #expect(running.change { $0.maximum } == 5)
      // The times of the items' executions agree: an item starts only when an earlier one has ended.
      let edges = run.items.values.flatMap { [($0.startDate, 1), ($0.stopDate ?? .distantFuture, -1)] }
      var alive = 0
      for edge in edges.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
        alive += edge.1
        #expect(alive <= 5)
      }
    }

    @Test("end when too many have failed: no further item starts, and running items enter no further state")
    func stops() throws {
      let dates = FinishedRun.dates(31)
      let started = Locked(0)
      let failures = Locked(0)
      let run = try FinishedRun.run(dates, input: FinishedRun.scheduledInput) { call in
        if call.task == .ledger, dates.prefix(4).contains(call.item) { failures.change { $0 += 1 } }
        guard call.task == .scrape else { return .succeeds }
        // The first five start together. Four fail. The others stay in their task until the run must have been given up;
        // they cannot wait for that itself, because the interpreter lets running calls end before it fails the run.
        started.change { $0 += 1 }
        for _ in 0..<3000 where started.change({ $0 }) < 5 { Thread.sleep(forTimeInterval: 0.01) }
        if call.item < dates[4] { return .fails("SourceChanged", "no frame") }
        for _ in 0..<3000 where failures.change({ $0 }) < 4 { Thread.sleep(forTimeInterval: 0.01) }
        Thread.sleep(forTimeInterval: 8)
        return .succeeds
      }
      #expect(run.execution.error == "States.ExceedToleratedFailureThreshold")
      #expect(dates.prefix(4).allSatisfy { run.items[$0]?.status == .failed })
      #expect(run.items[dates[4]]?.status == .aborted)
      #expect(run.attempts(.load, dates[4]) == 0)
      // An item may start in the place of one that failed before the fourth did.
      #expect(run.items.count <= 8)
      #expect(run.items.values.count { $0.status == .succeeded } == 0)
    }
  }
}
