import AWS
import Foundation
import Testing

@testable import festvibes

@Suite struct ExecutionFollowerTests {
  @Test func aRunIsSeenFromItsFirstStateToItsLast() throws {
    let run = FakeExecutions()
    let follower = ExecutionFollower(run, arn: "run")
    #expect(try follower.poll().dates.isEmpty)

    run.hasMapRun = true
    run.dates = ["2024-05-01", "2024-05-02"]
    #expect(try follower.poll().dates.map(\.state) == [.waiting, .waiting])

    run.add("2024-05-02", .init(states: ["ExtractorTask"]))
    #expect(try follower.poll().dates.map(\.state) == [.waiting, .running(.scrape)])

    run.childrenByName["2024-05-02"]?.states += ["CheckExtractor", "LoaderTask"]
    run.add("2024-05-01", .init())
    #expect(try follower.poll().dates.map(\.state) == [.running(nil), .running(.load)])

    run.finish("2024-05-02", output: dateOutput)
    run.childrenByName["2024-05-01"]?.states = ["ExtractorTask", "CheckExtractor", "ExtractorFailed"]
    run.childrenByName["2024-05-01"]?.status = "FAILED"
    run.childrenByName["2024-05-01"]?.error = "SourceChanged"
    run.childrenByName["2024-05-01"]?.cause =
      #"{"errorType":"SourceChanged","errorMessage":"no frame","stackTrace":[]}"#
    run.status = "SUCCEEDED"
    let last = try follower.poll()
    let done = DateOutcome(found: 7, new: 1, changed: 2, unchanged: 3, rejected: 1, cached: 6, pagesFailed: 2)
    #expect(last.dates.map(\.state) == [.failed("SourceChanged", in: .scrape), .done(done)])
    #expect(last.isSettled)
    #expect(!last.isSuccess)
  }

  @Test func nothingIsAskedForTwiceThatCannotHaveChanged() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.dates = ["a", "b"]
    run.add("a", .init(states: ["CacheTask"]))
    run.add("b", .init(states: ["LoaderTask"]))
    let follower = ExecutionFollower(run, arn: "run")
    _ = try follower.poll()
    #expect(
      run.takeCalls() == [
        "children", "describe a", "describe b", "describe run", "history a", "history b", "history run", "mapRun",
      ])
    run.finish("a", output: dateOutput)
    _ = try follower.poll()
    #expect(run.takeCalls() == ["children", "describe a", "describe run", "history b"])
    _ = try follower.poll()
    #expect(run.takeCalls() == ["children", "describe run", "history b"])
  }

  @Test func aRunThatFailsBeforeItsDatesHasAFailureAndNoDates() throws {
    let run = FakeExecutions()
    run.status = "FAILED"
    run.error = "InvalidInput"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.failure?.name == "InvalidInput")
    #expect(progress.isSettled)
    #expect(!progress.isSuccess)
  }

  @Test(arguments: [
    (
      #"{"status":"partial","refresh_error":"CacheUnavailable: {\"errorMessage\":\"away\"}"}"#, "CacheUnavailable: away"
    ),
    (#"{"status":"partial","refresh_error":"States.Timeout: "}"#, "States.Timeout"),
    (#"{"status":"success","refresh_error":null}"#, nil), (#"{"status":"success"}"#, nil),
  ])
  func aCacheThatMayBeOldIsNoSuccess(output: String, reason: String?) throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.dates = ["a"]
    run.add("a", .init(status: "SUCCEEDED", output: dateOutput))
    run.status = "SUCCEEDED"
    run.output = output
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(
      progress.failure?.description == reason.map { "The cache may be older than the database: \($0)" })
    #expect(progress.isSuccess == (reason == nil))
    #expect(progress.isSettled)
  }

  @Test func aChildThatWasStoppedFailedToo() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.dates = ["a", "b"]
    run.add("a", .init(status: "ABORTED", states: ["LoaderTask"]))
    run.status = "FAILED"
    run.error = "States.ExceedToleratedFailureThreshold"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.dates.map(\.state) == [.failed("ABORTED", "", in: .load), .waiting])
    #expect(progress.isSettled)
  }

  @Test func aFailureOutsideOfTheStagesGoesByItsState() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.dates = ["a"]
    run.add(
      "a",
      .init(status: "FAILED", states: ["CacheTask", "CheckCache", "DateDone"], error: "States.Runtime", cause: "x"))
    run.status = "SUCCEEDED"
    let failure = RunFailure(name: "States.Runtime", message: "x")
    #expect(
      try ExecutionFollower(run, arn: "run").poll().dates.map(\.state) == [.failed(failure, in: .state("DateDone"))])
  }

  @Test func cancelledEventsAreCountedWhereTheyAreTold() throws {
    func cancelled(_ output: String) throws -> Int {
      try JSONDecoder().decode(DateOutcome.self, from: Data(output.utf8)).cancelled
    }
    #expect(try cancelled(dateOutput) == 0)
    #expect(try cancelled(dateOutput.replacing("{", with: #"{"cancelled":4,"#)) == 4)
  }

  @Test func aResultThatCannotBeReadIsNoSuccess() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.dates = ["a"]
    run.add("a", .init(status: "SUCCEEDED", output: #"{"found":1}"#))
    run.status = "SUCCEEDED"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.failed.count == 1)
    #expect(!progress.isSuccess)
  }
}
