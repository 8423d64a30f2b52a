import AWS
import TestSupport
import Testing

@testable import festvibes

@Suite struct RunWatchTests {
  private let time = ManualTime()

  private func makeRun() -> FakeExecutions {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.dates = ["a"]
    run.add("a", .init(states: ["LoaderTask"]))
    return run
  }

  private func watch(_ run: FakeExecutions, each look: (Int) -> Void = { _ in }) throws -> (RunProgress, looks: Int) {
    var looks = 0
    let last = try RunMonitor(follower: ExecutionFollower(run, arn: "run"), time: time).run { _ in
      looks += 1
      look(looks)
    }
    return (last, looks)
  }

  @Test func theWatchEndsWhenTheRunAndItsDatesHave() throws {
    let run = makeRun()
    let (last, _) = try watch(run) { look in
      if look == 3 {
        run.finish("a", output: dateOutput)
        run.status = "SUCCEEDED"
      }
    }
    #expect(last.isSuccess)
  }

  @Test func aQuietRunIsLookedAtLessOften() throws {
    let run = makeRun()
    _ = try watch(run) { _ in
      if time.uptime > .seconds(600) {
        run.finish("a", output: dateOutput)
        run.status = "SUCCEEDED"
      }
    }
    let looks = run.takeCalls().filter { $0 == "describe run" }.count
    #expect((140...170).contains(looks), "about every 4 s in 10 minutes")
    #expect(time.sleeps.allSatisfy { $0 <= .milliseconds(500) }, "the times on the screen move")
  }

  @Test func aDateWhoseEndIsToldLateIsWaitedFor() throws {
    let run = makeRun()
    run.status = "SUCCEEDED"
    let begin = time.uptime
    let (last, _) = try watch(run) { _ in
      if time.uptime > begin + .seconds(3) { run.finish("a", output: dateOutput) }
    }
    #expect(last.isSuccess)
    let never = makeRun()
    never.status = "SUCCEEDED"
    #expect(try watch(never).0.isSuccess == false, "and not for ever")
  }

  @Test func aPassingFailureToLookIsNoFailureOfTheRun() throws {
    let run = makeRun()
    run.finish("a", output: dateOutput)
    run.status = "SUCCEEDED"
    let timedOut = AWSError(.timedOut, "Step Functions DescribeExecution", "late")
    run.failures = [timedOut, timedOut, timedOut, timedOut]
    #expect(try watch(run).0.isSuccess)
    run.failures = [timedOut, timedOut, timedOut, timedOut, timedOut]
    #expect(throws: AWSError.self) { try watch(run) }
    run.failures = [AWSError(.accessDenied, "Step Functions DescribeExecution", "no")]
    #expect(throws: AWSError.self) { try watch(run) }
  }
}
