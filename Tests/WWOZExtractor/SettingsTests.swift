import Contracts
import Fetching
import ScrapingSupport
import Settings
import Testing

@testable import WWOZExtractor

struct SettingsTests {
  private func policy(_ environment: [String: String]) throws -> FetchPolicy {
    var configuration = Configuration(environment: environment)
    return try WWOZExtractor(testDataset, settings: &configuration).policy
  }

  @Test("The defaults are those of the legacy system")
  func defaults() throws {
    let policy = try policy([:])
    #expect(policy.site.origin == "https://www.wwoz.org")
    #expect(policy.obeysRobots && policy.authentication == nil)
    #expect(policy.mediaTypes == ["text/html", "application/xhtml+xml"])
    #expect(policy.maximumBodyBytes == 2 << 20)
    #expect(policy.userAgent == "festvibes-etl/1.0 (nightly reader of public concert listings)")
    #expect(policy.requestsPerSecond == 10)
  }

  @Test("Each setting can be set")
  func set() throws {
    let policy = try policy([
      "BASE_URL": "http://127.0.0.1:8099/", "USER_AGENT": "x/1",
      "SOURCE_REQUESTS_PER_SECOND": "2.5",
    ])
    #expect(policy.site.origin == "http://127.0.0.1:8099")
    #expect(policy.userAgent == "x/1")
    #expect(policy.requestsPerSecond == 2.5)
  }

  @Test("A malformed rate is ConfigurationInvalid", arguments: ["0", "-1", "fast", "nan", "inf"])
  func badRate(rate: String) throws {
    let error = #expect(throws: PipelineError.self) { try policy(["SOURCE_REQUESTS_PER_SECOND": rate]) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message == "SOURCE_REQUESTS_PER_SECOND must be a number from 0.01 to 100000.0")
  }

  @Test(
    "A User-Agent that no header can hold is ConfigurationInvalid",
    arguments: ["a\nb", "a\rX: y", " a", "a ", "a\t", "caf\u{e9}", "a\u{7f}", " "])
  func badUserAgent(agent: String) throws {
    let error = #expect(throws: PipelineError.self) { try policy(["USER_AGENT": agent]) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message == "USER_AGENT must be printable ASCII without spaces around it")
  }

  @Test(
    "An address that is not an origin is ConfigurationInvalid, without its value",
    arguments: ["www.wwoz.org", "https://", "ftp://x", "https://secret@host", "https://www.wwoz.org/calendar"])
  func badBase(address: String) throws {
    let error = #expect(throws: PipelineError.self) { try policy(["BASE_URL": address]) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message == "BASE_URL must be http:// or https:// and a host, such as https://www.wwoz.org")
  }

  @Test("All problems are in one message")
  func allProblems() {
    let error = #expect(throws: PipelineError.self) {
      try policy(["BASE_URL": "x", "SOURCE_REQUESTS_PER_SECOND": "0"])
    }
    #expect(error?.message.contains("SOURCE_REQUESTS_PER_SECOND must be") == true)
    #expect(error?.message.contains("BASE_URL must be") == true)
  }
}
