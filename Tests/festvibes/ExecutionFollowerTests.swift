import AWS
import Foundation
import TestSupport
import Testing

@testable import festvibes

/// A run on paper: what Step Functions would answer, and how often it was asked.
private final class PaperRun: Executions {
  struct Child {
    var input = "{}"
    var status = "RUNNING"
    var states: [String] = []
    var output: String?
    var error: String?
    var cause: String?
  }

  var status = "RUNNING"
  var error: String?
  var dates: [String]?
  var hasMapRun = false
  var order: [String] = []
  var childrenByName: [String: Child] = [:]
  var failures: [AWSError] = []
  private(set) var calls: [String] = []

  func takeCalls() -> [String] {
    defer { calls = [] }
    return calls.sorted()
  }

  func add(_ date: String, _ child: Child = Child()) {
    var child = child
    child.input = #"{"date":"\#(date)","run":"r"}"#
    order.append(date)
    childrenByName[date] = child
  }

  func finish(_ date: String, output: String) {
    childrenByName[date]?.status = "SUCCEEDED"
    childrenByName[date]?.output = output
  }

  private func decode<Value: Decodable>(_ object: [String: Any?]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    return try decoder.decode(Value.self, from: JSONSerialization.data(withJSONObject: object.compactMapValues { $0 }))
  }

  func execution(_ arn: String) throws -> Execution {
    if !failures.isEmpty { throw failures.removeFirst() }
    calls.append("describe \(arn)")
    if arn == "run" {
      return try decode([
        "executionArn": arn, "name": "cli-1", "status": status, "startDate": 1_717_182_000, "error": error,
        "stopDate": status == "RUNNING" ? nil : 1_717_182_060,
      ])
    }
    let child = try #require(childrenByName[arn])
    return try decode([
      "executionArn": arn, "name": arn, "status": child.status, "startDate": 1_717_182_001, "input": child.input,
      "output": child.output, "error": child.error, "cause": child.cause,
    ])
  }

  func mapRun(of execution: String) throws -> String? {
    calls.append("mapRun")
    return hasMapRun ? "map" : nil
  }

  func children(of mapRun: String) throws -> [ExecutionSummary] {
    calls.append("children")
    return try order.reversed().map { name in
      try decode(["executionArn": name, "name": name, "status": childrenByName[name]?.status, "startDate": 1])
    }
  }

  func history(of execution: String, newestFirst: Bool, limit: Int) throws -> [HistoryEvent] {
    calls.append("history \(execution)")
    if execution == "run" {
      guard let dates else { return [] }
      let output = #"{"days_ahead":1,"params":{"statusCode":200,"body":{"dates":\#(dates)}}}"#
      let details = ["name": "GenerateParams", "output": output]
      return [try decode(["id": 5, "timestamp": 1, "type": "TaskStateExited", "stateExitedEventDetails": details])]
    }
    let states = childrenByName[execution]?.states ?? []
    #expect(newestFirst)
    return try states.reversed().prefix(limit).map { state in
      try decode(["id": 1, "timestamp": 1, "type": "StateEntered", "stateEnteredEventDetails": ["name": state]])
    }
  }
}

private let outcome =
  #"{"date":"d","s3_key":"k","found":7,"new":1,"changed":2,"unchanged":3,"rejected":1,"cached":6,"pages_read":9,"pages_failed":2}"#

@Suite struct ExecutionFollowerTests {
  @Test func aRunIsSeenFromItsFirstStateToItsLast() throws {
    let run = PaperRun()
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

    run.finish("2024-05-02", output: outcome)
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
    let run = PaperRun()
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
    run.finish("a", output: outcome)
    _ = try follower.poll()
    #expect(run.takeCalls() == ["children", "describe a", "describe run", "history b"])
    _ = try follower.poll()
    #expect(run.takeCalls() == ["children", "describe run", "history b"])
  }

  @Test func aRunThatFailsBeforeItsDatesHasAFailureAndNoDates() throws {
    let run = PaperRun()
    run.status = "FAILED"
    run.error = "InvalidInput"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.failure?.name == "InvalidInput")
    #expect(progress.isSettled)
    #expect(!progress.isSuccess)
  }

  @Test func aChildThatWasStoppedFailedToo() throws {
    let run = PaperRun()
    run.hasMapRun = true
    run.dates = ["a", "b"]
    run.add("a", .init(status: "ABORTED", states: ["LoaderTask"]))
    run.status = "FAILED"
    run.error = "States.ExceedToleratedFailureThreshold"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.dates.map(\.state) == [.failed("ABORTED", "", in: .load), .waiting])
    #expect(progress.isSettled)
  }

  @Test func aResultThatCannotBeReadIsNoSuccess() throws {
    let run = PaperRun()
    run.hasMapRun = true
    run.dates = ["a"]
    run.add("a", .init(status: "SUCCEEDED", output: #"{"found":1}"#))
    run.status = "SUCCEEDED"
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.failed.count == 1)
    #expect(!progress.isSuccess)
  }
}

@Suite struct RunWatchTests {
  private let time = ManualTime()

  private func makeRun() -> PaperRun {
    let run = PaperRun()
    run.hasMapRun = true
    run.dates = ["a"]
    run.add("a", .init(states: ["LoaderTask"]))
    return run
  }

  private func watch(_ run: PaperRun, each look: (Int) -> Void = { _ in }) throws -> (RunProgress, looks: Int) {
    var looks = 0
    let last = try RunWatch(follower: ExecutionFollower(run, arn: "run"), time: time).run { _ in
      looks += 1
      look(looks)
    }
    return (last, looks)
  }

  @Test func theWatchEndsWhenTheRunAndItsDatesHave() throws {
    let run = makeRun()
    let (last, _) = try watch(run) { look in
      if look == 3 {
        run.finish("a", output: outcome)
        run.status = "SUCCEEDED"
      }
    }
    #expect(last.isSuccess)
  }

  @Test func aQuietRunIsLookedAtLessOften() throws {
    let run = makeRun()
    _ = try watch(run) { _ in
      if time.uptime > .seconds(600) {
        run.finish("a", output: outcome)
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
      if time.uptime > begin + .seconds(3) { run.finish("a", output: outcome) }
    }
    #expect(last.isSuccess)
    let never = makeRun()
    never.status = "SUCCEEDED"
    #expect(try watch(never).0.isSuccess == false, "and not for ever")
  }

  @Test func aPassingFailureToLookIsNoFailureOfTheRun() throws {
    let run = makeRun()
    run.finish("a", output: outcome)
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

@Suite struct RunFailureTests {
  @Test(
    arguments: [
      ("SourceChanged", #"{"errorType":"SourceChanged","errorMessage":"no\nframe"}"#, "SourceChanged: no frame"),
      (
        "Sandbox.Timedout", "Task timed out after 30.00 seconds", "Sandbox.Timedout: Task timed out after 30.00 seconds"
      ),
      (nil, #"{"errorType":"X","errorMessage":"m"}"#, "X: m"), ("E", nil, "E"), (nil, nil, "unknown"),
    ] as [(String?, String?, String)])
  func aFailureIsItsNameAndASentence(error: String?, cause: String?, text: String) {
    #expect(RunFailure(error: error, cause: cause).description == text)
  }

  @Test(arguments: [
    ("ExtractorTask", Stage.scrape), ("CheckExtractor", .scrape), ("ExtractorRefused", .scrape), ("LoaderTask", .load),
    ("LoaderFailed", .load), ("CacheTask", .cache), ("DateDone", .cache),
  ])
  func everyStateBelongsToAStage(state: String, stage: Stage) {
    #expect(Stage(state: state) == stage)
    #expect(Stage(state: "GenerateParams") == nil)
  }
}
