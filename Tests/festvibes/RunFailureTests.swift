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
    ("LoaderFailed", .load), ("CacheTask", .cache), ("DateDone", .cache),
  ])
  func everyStateBelongsToAStage(state: String, stage: Stage) {
    #expect(Stage(state: state) == stage)
    #expect(Stage(state: "GenerateParams") == nil)
  }
}
