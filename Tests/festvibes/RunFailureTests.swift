import Contracts
import Testing

@testable import festvibes

@Suite("Run failures")
struct RunFailureTests {
  @Test(
    "A failure is its name and a sentence",
    arguments: [
      ("SourceChanged", #"{"errorType":"SourceChanged","errorMessage":"no\nframe"}"#, "SourceChanged: no frame"),
      (
        "Sandbox.Timedout", "Task timed out after 30.00 seconds", "Sandbox.Timedout: Task timed out after 30.00 seconds"
      ),
      (nil, #"{"errorType":"X","errorMessage":"m"}"#, "X: m"), ("E", nil, "E"), (nil, nil, "unknown"),
    ] as [(String?, String?, String)])
  func description(error: String?, cause: String?, text: String) {
    #expect(RunFailure(error: error, cause: cause).description == text)
  }

  @Test(
    "Every state of a stage belongs to it",
    arguments: [
      ("Scrape", Stage.scrape), ("CheckScrape", .scrape), ("Load", .load), ("CheckLoad", .load), ("Cache", .cache),
      ("CheckCache", .cache),
    ])
  func stages(state: String, stage: Stage) {
    #expect(Stage(state: state) == stage)
    #expect(FailureLocation(state: state) == .stage(stage))
  }

  @Test(
    "A state of no stage is shown by its name",
    arguments: ["PlanItems", "ItemDone", "RecordFailure", "ItemFailed"])
  func states(state: String) {
    #expect(Stage(state: state) == nil)
    #expect(FailureLocation(state: state).name == state)
  }

  @Test("A run with too many failures says how many")
  func tooMany() {
    let failure = RunFailure(error: "States.ExceedToleratedFailureThreshold", cause: "The specified…")
    #expect(failure.message == "more than 10 % of the items failed")
    #expect(failure.counting(failed: 3, of: 3).message == "3 of 3 items failed; at most 10 % may")
    let counted = RunFailure(
      error: "States.ExceedToleratedFailureThreshold", cause: "too many items failed: at most 2 may")
    #expect(counted.message == "too many items failed: at most 2 may")
    #expect(counted.counting(failed: 3, of: 40).message == "3 of 40 items failed; at most 2 may")
    let other = RunFailure(name: "InvalidInput", message: "no")
    #expect(other.counting(failed: 3, of: 3) == other)
  }
}
