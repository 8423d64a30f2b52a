import AWS
import TestSupport
import Testing

@testable import festvibes

@Suite("Run monitor")
struct RunMonitorTests {
  private let time = ManualTime()

  private func makeRun() -> FakeExecutions {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a"]
    run.add("a", .init(states: ["Load"]))
    return run
  }

  private func monitor(_ run: FakeExecutions, each poll: (Int) -> Void = { _ in }) throws -> (RunProgress, polls: Int) {
    var polls = 0
    let last = try RunMonitor(follower: ExecutionFollower(run, arn: "run"), time: time).run { _ in
      polls += 1
      poll(polls)
    }
    return (last, polls)
  }

  @Test("The monitor ends when the run and its items have ended")
  func end() throws {
    let run = makeRun()
    let (last, _) = try monitor(run) { poll in
      if poll == 3 {
        run.finish("a", output: itemOutput)
        run.status = "SUCCEEDED"
      }
    }
    #expect(last.outcome == .partial && last.done.count == last.items.count)
  }

  @Test("A run without progress is polled less often")
  func quiet() throws {
    let run = makeRun()
    _ = try monitor(run) { _ in
      if time.uptime > .seconds(600) {
        run.finish("a", output: itemOutput)
        run.status = "SUCCEEDED"
      }
    }
    let polls = run.takeCalls().filter { $0 == "describe run" }.count
    #expect((140...170).contains(polls), "about every 4 s in 10 minutes")
    #expect(time.sleeps.allSatisfy { $0 <= .milliseconds(500) }, "the durations on the screen advance")
  }

  @Test("The monitor waits for an end that is reported late, but not without limit")
  func lateEnd() throws {
    let run = makeRun()
    run.status = "SUCCEEDED"
    let begin = time.uptime
    let (last, _) = try monitor(run) { _ in
      if time.uptime > begin + .seconds(3) { run.finish("a", output: itemOutput) }
    }
    #expect(last.done.count == last.items.count)
    let never = makeRun()
    never.status = "SUCCEEDED"
    #expect(try monitor(never).0.isSettled == false, "but not without limit")
  }

  @Test("Temporary failures to poll do not fail the run")
  func temporaryFailures() throws {
    let run = makeRun()
    run.finish("a", output: itemOutput)
    run.status = "SUCCEEDED"
    let timedOut = AWSError(.timedOut, "Step Functions DescribeExecution", "late")
    run.failures = [timedOut, timedOut, timedOut, timedOut]
    #expect(try monitor(run).0.isSettled)
    run.failures = [timedOut, timedOut, timedOut, timedOut, timedOut]
    #expect(throws: AWSError.self) { try monitor(run) }
    run.failures = [AWSError(.accessDenied, "Step Functions DescribeExecution", "no")]
    #expect(throws: AWSError.self) { try monitor(run) }
  }
}
