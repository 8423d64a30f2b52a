import Settings
import Testing

@testable import festvibes

@Suite("Command-line settings")
struct SettingsTests {
  private let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:etl"

  @Test("Missing variables are named together, with what to do")
  func missing() {
    let error = #expect(throws: CommandError.self) { try Settings([:]).require(.redisURL, .databaseURL) }
    #expect(error?.description.hasPrefix("REDIS_URL and PG_DATABASE_URL are not set.\n") == true)
    #expect(error?.description.contains(". .local/env") == true)
  }

  @Test("The state machine is an ARN")
  func stateMachine() throws {
    #expect(try Settings(["STATE_MACHINE_ARN": arn]).stateMachine() == arn)
    for wrong in ["etl", "arn:aws:states:r:1:execution:etl:x", "arn:aws:lambda:r:1:function:f"] {
      let error = #expect(throws: CommandError.self) { try Settings(["STATE_MACHINE_ARN": wrong]).stateMachine() }
      #expect(error?.description.contains("STATE_MACHINE_ARN") == true)
    }
  }

  @Test("A newline at the end of a setting is removed, with a warning on the standard error")
  func finalNewline() throws {
    var lines: [String] = []
    let settings = Settings(["STATE_MACHINE_ARN": "\(arn)\r\n"]) { lines.append($0) }
    #expect(try settings.stateMachine() == arn)
    #expect(lines.count == 1 && lines[0].hasPrefix("Warning: STATE_MACHINE_ARN ends with a newline"))
  }

  @Test("The region is that of the ARN")
  func region() throws {
    let settings = Settings(["AWS_REGION": "us-east-1", "HOME": "/nonexistent"])
    #expect(try settings.session(for: arn).region == "eu-west-1")
    #expect(try settings.session(for: "Scraper").region == "us-east-1")
    #expect(throws: CommandError.self) { try Settings(["HOME": "/nonexistent"]).session() }
  }

  @Test("The log is silent, unless --verbose or LOG_LEVEL enables it")
  func log() {
    func lines(_ environment: [String: String], isVerbose: Bool = false) -> Int {
      var count = 0
      let settings = Settings(environment, isVerbose: isVerbose) { _ in count += 1 }
      settings.log.debug("a")
      settings.log.error("b")
      return count
    }
    #expect(lines([:]) == 0)
    #expect(lines([:], isVerbose: true) == 2)
    #expect(lines(["LOG_LEVEL": "error"]) == 1)
    #expect(lines(["LOG_LEVEL": "error"], isVerbose: true) == 2)
  }
}
