import Foundation
import Testing

@testable import festvibes

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
    ("LoaderFailed", .load), ("CacheTask", .cache), ("CacheRefused", .cache), ("CheckCache", .cache),
  ])
  func everyStateBelongsToAStage(state: String, stage: Stage) {
    #expect(Stage(state: state) == stage)
    #expect(Place(state: state) == .stage(stage))
  }

  @Test(arguments: ["GenerateParams", "DateDone"])
  func aStateOfNoStageGoesByItsName(state: String) {
    #expect(Stage(state: state) == nil)
    #expect(Place(state: state).name == state)
  }

  @Test func tooManyFailuresAreCounted() {
    let failure = RunFailure(error: "States.ExceedToleratedFailureThreshold", cause: "The specified…")
    #expect(failure.message == "more than 10 % of the dates failed")
    #expect(failure.counting(failed: 3, of: 3).message == "3 of 3 dates failed; at most 10 % may")
    let other = RunFailure(name: "InvalidInput", message: "no")
    #expect(other.counting(failed: 3, of: 3) == other)
  }

  @Test func whatARunMayBearIsWhatTheStateMachineSays() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../statemachine/etl.asl.json")
    let machine = try String(contentsOf: file, encoding: .utf8)
    #expect(machine.contains("? 100 : \(RunFailure.tolerated) %}"))
  }
}
