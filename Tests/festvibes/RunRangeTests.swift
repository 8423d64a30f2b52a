import Testing
import Time

@testable import festvibes

@Suite struct RunRangeTests {
  @Test func aRangeIsDaysOrTwoDatesOrThirtyDays() throws {
    #expect(try RunRange(days: nil, start: nil, end: nil) == .days(30))
    #expect(try RunRange(days: 0, start: nil, end: nil).input == #"{"days_ahead":0}"#)
    let range = try RunRange(days: nil, start: "2024-05-31", end: "2024-06-02")
    #expect(range.input == #"{"start_date":"2024-05-31","end_date":"2024-06-02"}"#)
    #expect(range.description == "2024-05-31 to 2024-06-02")
    #expect(try RunRange(days: nil, start: "2024-01-01", end: "2024-12-31").description == "2024-01-01 to 2024-12-31")
  }

  @Test(
    arguments: [
      (nil, "2024-05-31", nil, "--start and --end go together"),
      (nil, nil, "2024-05-31", "--start and --end go together"),
      (1, "2024-05-31", nil, "either --days"), (-1, nil, nil, "--days"), (366, nil, nil, "--days"),
      (nil, "2024-06-02", "2024-05-31", "lies after"), (nil, "2024-02-30", "2024-05-31", "--start '2024-02-30'"),
      (nil, "2024-05-31", "tomorrow", "--end 'tomorrow'"), (nil, "2023-12-31", "2024-12-31", "367 dates"),
    ] as [(Int?, String?, String?, String)])
  func whatMakesNoRangeIsRefusedInWords(days: Int?, start: String?, end: String?, words: String) {
    let error = #expect(throws: CommandError.self) { try RunRange(days: days, start: start, end: end) }
    #expect(error?.description.contains(words) == true)
  }
}

@Suite struct SettingsTests {
  private let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:etl"

  @Test func missingVariablesAreNamedTogetherWithWhatToDo() {
    let error = #expect(throws: CommandError.self) { try Settings(["A": ""]).require("A", "B") }
    #expect(error?.description.hasPrefix("A and B are not set.\n") == true)
    #expect(error?.description.contains(". .local/env") == true)
  }

  @Test func theStateMachineIsAnARN() throws {
    #expect(try Settings(["STATE_MACHINE_ARN": arn]).stateMachine() == arn)
    for wrong in ["etl", "arn:aws:states:r:1:execution:etl:x", "arn:aws:lambda:r:1:function:f"] {
      let error = #expect(throws: CommandError.self) { try Settings(["STATE_MACHINE_ARN": wrong]).stateMachine() }
      #expect(error?.description.contains("STATE_MACHINE_ARN") == true)
    }
  }

  @Test func theRegionIsTheARNs() throws {
    let settings = Settings(["AWS_REGION": "us-east-1", "HOME": "/nonexistent"])
    #expect(try settings.session(for: arn).region == "eu-west-1")
    #expect(try settings.session(for: "Scraper").region == "us-east-1")
    #expect(throws: CommandError.self) { try Settings(["HOME": "/nonexistent"]).session() }
  }
}

@Suite struct InvokeCommandTests {
  @Test func aFunctionGoesByItsProductItsNameOrItsARN() {
    #expect(InvokeCommand.functionName("Loader") == "festvibes-loader")
    #expect(InvokeCommand.functionName("DateRangeGenerator") == "festvibes-date-range-generator")
    #expect(InvokeCommand.functionName("other") == "other")
  }

  @Test func aFunctionsErrorIsSaidByItsTypeAndMessage() {
    #expect(
      InvokeCommand.words(forError: .init(#"{"errorType":"InvalidInput","errorMessage":"no\ndate"}"#.utf8))
        == "InvalidInput: no date")
    #expect(InvokeCommand.words(forError: .init("boom".utf8)) == "the function failed: boom")
  }
}
