import Testing

@testable import festvibes

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
