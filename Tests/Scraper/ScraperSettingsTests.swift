import Contracts
import Settings
import EventRecords
import Testing

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

struct ScraperSettingsTests {
  private func settings(_ environment: [String: String]) throws -> ScraperSettings {
    var configuration = Configuration(environment: environment)
    return try ScraperSettings(from: &configuration)
  }

  @Test("Without a word about it, the settings are those of system 000")
  func defaults() throws {
    let settings = try self.settings([:])
    #expect(settings.site.origin == "https://www.wwoz.org")
    #expect(settings.rawStore.bucket == "fest-vibes-ai-etl-pipeline-data")
    #expect(settings.rawStore.region == "us-east-1")
    #expect(settings.userAgent.hasPrefix("festvibes-etl/"))
    #expect(settings.requestsPerSecond == 10)
  }

  @Test("Each of them can be set")
  func set() throws {
    let settings = try self.settings([
      "BASE_URL": "http://127.0.0.1:8099/", "USER_AGENT": "x/1", "S3_BUCKET_NAME": "b", "S3_REGION": "eu-west-1",
      "SOURCE_REQUESTS_PER_SECOND": "2.5",
    ])
    #expect(settings.site.origin == "http://127.0.0.1:8099")
    #expect(settings.userAgent == "x/1")
    #expect(settings.requestsPerSecond == 2.5)
    #expect(settings.rawStore.bucket == "b")
    #expect(settings.rawStore.region == "eu-west-1")
  }

  @Test("A rate that is none is ConfigurationInvalid", arguments: ["0", "-1", "fast", "nan", "inf"])
  func badRate(rate: String) throws {
    let error = #expect(throws: PipelineError.self) { try settings(["SOURCE_REQUESTS_PER_SECOND": rate]) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message == "SOURCE_REQUESTS_PER_SECOND must be a number from 0.01 to 100000.0")
  }

  @Test(
    "A User-Agent that no header can hold is ConfigurationInvalid, when the function starts",
    arguments: ["a\nb", "a\rX: y", " a", "a ", "a\t", "caf\u{e9}", "a\u{7f}", " "])
  func badUserAgent(agent: String) throws {
    let error = #expect(throws: PipelineError.self) { try settings(["USER_AGENT": agent]) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message == "USER_AGENT must be printable ASCII without spaces around it")
  }

  @Test(
    "A base that is no origin is ConfigurationInvalid, in one sentence and without its value",
    arguments: ["www.wwoz.org", "https://", "ftp://x", "https://secret@host", "https://www.wwoz.org/calendar"])
  func badBase(address: String) throws {
    let error = #expect(throws: PipelineError.self) { try settings(["BASE_URL": address]) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message == "BASE_URL must be http:// or https:// and a host, such as https://www.wwoz.org")
  }
}
