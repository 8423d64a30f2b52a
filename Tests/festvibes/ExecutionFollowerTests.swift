import AWS
import Foundation
import Testing

@testable import festvibes

@Suite("Execution follower")
struct ExecutionFollowerTests {
  @Test("The follower sees a run from its first state to its last")
  func progress() throws {
    let run = FakeExecutions()
    let follower = ExecutionFollower(run, arn: "run")
    #expect(try follower.poll().items.isEmpty)

    run.hasMapRun = true
    run.items = ["2024-05-01", "2024-05-02"]
    #expect(try follower.poll().items.map(\.state) == [.waiting, .waiting])

    run.add("2024-05-02", .init(states: ["Scrape"]))
    #expect(try follower.poll().items.map(\.state) == [.waiting, .running(.scrape)])

    run.childrenByName["2024-05-02"]?.states += ["CheckScrape", "Load"]
    run.add("2024-05-01", .init())
    #expect(try follower.poll().items.map(\.state) == [.running(nil), .running(.load)])

    run.finish("2024-05-02", output: itemOutput)
    run.childrenByName["2024-05-01"]?.states = ["Scrape", "RecordFailure", "ItemFailed"]
    run.childrenByName["2024-05-01"]?.status = "FAILED"
    run.childrenByName["2024-05-01"]?.error = "SourceChanged"
    run.childrenByName["2024-05-01"]?.cause =
      #"{"errorType":"SourceChanged","errorMessage":"no frame","stackTrace":[]}"#
    run.status = "SUCCEEDED"
    let last = try follower.poll()
    let done = ItemOutcome(
      found: 7, new: 1, changed: 2, unchanged: 3, rejected: 1, cached: 6, pagesFailed: 2, pagesRead: 9)
    #expect(last.items.map(\.state) == [.failed("SourceChanged", in: .scrape), .done(done)])
    #expect(last.isSettled)
    #expect(!last.isSuccess)
  }

  @Test("The follower requests only what may have changed")
  func calls() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a", "b"]
    run.add("a", .init(states: ["Cache"]))
    run.add("b", .init(states: ["Load"]))
    let follower = ExecutionFollower(run, arn: "run")
    _ = try follower.poll()
    #expect(
      run.takeCalls() == [
        "children", "describe a", "describe b", "describe run", "history a", "history b", "history run", "mapRun",
      ])
    run.finish("a", output: itemOutput)
    _ = try follower.poll()
    #expect(run.takeCalls() == ["children", "describe a", "describe run", "history b"])
    _ = try follower.poll()
    #expect(run.takeCalls() == ["children", "describe run", "history b"])
  }

  @Test("A run that fails before its items are known has a failure and no items")
  func earlyFailure() throws {
    let run = FakeExecutions()
    run.status = "FAILED"
    run.error = "InvalidInput"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.failure?.name == "InvalidInput")
    #expect(progress.isSettled)
    #expect(!progress.isSuccess)
  }

  @Test(
    "A run whose cache may be old is not a success",
    arguments: [
      (
        #"{"status":"partial","refresh_error":"CacheUnavailable: {\"errorMessage\":\"away\"}"}"#,
        "CacheUnavailable: away"
      ),
      (#"{"status":"partial","refresh_error":"States.Timeout: "}"#, "States.Timeout"),
      (#"{"status":"success","refresh_error":null}"#, nil), (#"{"status":"success"}"#, nil),
    ])
  func oldCache(output: String, reason: String?) throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a"]
    run.add("a", .init(status: "SUCCEEDED", output: itemOutput.replacing("\"rejected\":1", with: "\"rejected\":0")))
    run.status = "SUCCEEDED"
    run.output = output
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.summaryStatus == (reason == nil ? "success" : "partial"))
    #expect(
      progress.failure?.description == reason.map { "The cache may be older than the database: \($0)" })
    #expect(progress.isSuccess == (reason == nil))
    #expect(progress.isSettled)
  }

  @Test("A child that was stopped with its run is aborted, and has not failed")
  func stoppedChild() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a", "b"]
    run.add("a", .init(status: "ABORTED", states: ["Load"]))
    run.status = "FAILED"
    run.error = "States.ExceedToleratedFailureThreshold"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.items.map(\.state) == [.aborted(in: .stage(.load)), .waiting])
    #expect(progress.failed.isEmpty && progress.notTried == ["b"])
    #expect(progress.isSettled)
  }

  @Test(
    "A failed item has its whole cause, whether its execution failed, with a cut one, or succeeded with the error",
    arguments: [
      ("FAILED", nil, "SourceChanged", "no fr", ["RecordFailure", "CheckTolerance", "ItemFailed"]),
      (
        "SUCCEEDED", #"{"id":"a","failed":"SourceChanged"}"#, nil, nil,
        ["RecordFailure", "CheckTolerance", "FailureTolerated"]
      ),
    ] as [(String, String?, String?, String?, [String])])
  func wholeCause(_ status: String, _ output: String?, _ error: String?, _ cause: String?, _ last: [String]) throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a"]
    let document = #"{\"errorType\":\"SourceChanged\",\"errorMessage\":\"no frame\"}"#
    run.add(
      "a",
      .init(
        status: status, states: ["Scrape", "CheckScrape", "Load"] + last,
        stateInput: #"{"stage":"load","error":{"Error":"SourceChanged","Cause":"\#(document)"}}"#, output: output,
        error: error, cause: cause))
    run.status = "SUCCEEDED"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.items.map(\.state) == [.failed("SourceChanged", "no frame", in: .load)])
    #expect(!progress.isSuccess)
    #expect(progress.isSettled)
  }

  @Test("A tolerated failure without a history has its error")
  func noHistory() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a"]
    run.add("a", .init(status: "SUCCEEDED", output: #"{"id":"a","failed":"SourceChanged"}"#))
    run.status = "SUCCEEDED"
    #expect(
      try ExecutionFollower(run, arn: "run").poll().items.map(\.state) == [.failed("SourceChanged", "", in: nil)])
  }

  @Test("A failure outside the stages is shown by its state")
  func outsideStages() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a"]
    run.add(
      "a",
      .init(status: "FAILED", states: ["Cache", "CheckCache", "ItemDone"], error: "States.Runtime", cause: "x"))
    run.status = "SUCCEEDED"
    let failure = RunFailure(name: "States.Runtime", message: "x")
    #expect(
      try ExecutionFollower(run, arn: "run").poll().items.map(\.state) == [.failed(failure, in: .state("ItemDone"))])
  }

  @Test("An item's notice is read as one line, and is no part of a sum")
  func notice() throws {
    let output =
      #"{"found":7,"new":0,"changed":0,"unchanged":7,"rejected":0,"cached":7,"pages_failed":0,"notice":"slow\nsite"}"#
    let outcome = try JSONDecoder().decode(ItemOutcome.self, from: Data(output.utf8))
    #expect(outcome.notice == "slow site")
    #expect(ProgressLines.describe(outcome) == "7 events, incomplete")
    #expect((outcome + outcome).notice == nil)
  }

  @Test("Cancelled events are counted if the result has them")
  func cancelled() throws {
    func cancelled(_ output: String) throws -> Int {
      try JSONDecoder().decode(ItemOutcome.self, from: Data(output.utf8)).cancelled
    }
    #expect(try cancelled(itemOutput) == 0)
    #expect(try cancelled(itemOutput.replacing("{", with: #"{"cancelled":4,"#)) == 4)
  }

  @Test("A result that cannot be read is not a success")
  func unreadable() throws {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a"]
    run.add("a", .init(status: "SUCCEEDED", output: #"{"found":1}"#))
    run.status = "SUCCEEDED"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.failed.count == 1)
    #expect(!progress.isSuccess)
  }
}
