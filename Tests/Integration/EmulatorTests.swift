import Foundation
import HTTP
import TestSupport
import Testing
import Time

/// The functions behind AWS's Runtime Interface Emulator, each test with an emulator of its own.
@Suite("Behind the emulator", .serialized, .enabled(if: Emulator.isInstalled, "install the emulator: make test"))
struct EmulatorTests {
  private static let settings = [
    "PG_DATABASE_URL": "postgresql://nobody:pa55word@127.0.0.1:1/none", "REDIS_URL": "redis://:pa55word@127.0.0.1:1/0",
  ]

  @Test("an event is answered, in one process again and again")
  func answers() throws {
    let emulator = try Emulator("DateRangeGenerator")
    for _ in 0..<3 {
      let answer = try emulator.invoke(#"{"start_date":"2024-05-31","end_date":"2024-06-01"}"#)
      #expect((answer["body"] as? [String: Any])?["dates"] as? [String] == ["2024-05-31", "2024-06-01"])
    }
  }

  @Test("a bad event is an error by name, and the process lives on")
  func badEvents() throws {
    let emulator = try Emulator("DateRangeGenerator")
    for event in [#"{"days_ahead":-1}"#, #"{"days_ahead":"many"}"#, "[]", "nonsense"] {
      let answer = try emulator.invoke(event)
      #expect(answer["errorType"] as? String == "InvalidInput", "\(event)")
      #expect((answer["errorMessage"] as? String)?.isEmpty == false)
    }
    #expect(try emulator.invoke(#"{"days_ahead":0}"#)["statusCode"] as? Int == 200)
  }

  @Test("a function that cannot start says all that its environment lacks", arguments: ["Loader", "CacheManager"])
  func initialisationError(function: String) throws {
    let answer = try Emulator(function).invoke("{}")
    #expect(answer["errorType"] as? String == "ConfigurationInvalid")
    let message = try #require(answer["errorMessage"] as? String)
    #expect(message.contains("PG_DATABASE_URL is not set"))
    if function == "CacheManager" { #expect(message.contains("REDIS_URL is not set")) }
  }

  @Test("a database that is away is DatabaseUnavailable, and no password is shown or logged")
  func databaseAway() throws {
    let emulator = try Emulator("CacheManager", environment: Self.settings)
    let answer = try emulator.invoke(#"{"queryStringParameters":{"date":"2024-05-31"}}"#)
    #expect(answer["errorType"] as? String == "DatabaseUnavailable")
    #expect(!"\(answer)".contains("pa55word"))
    let log = try emulator.log()
    #expect(log.contains("DatabaseUnavailable"))
    #expect(!log.contains("pa55word"))
    let metrics = try #require(try EMFDocument.all(in: log).first)
    #expect(metrics.metrics["Errors"] == 1)
    #expect(metrics.properties["error"] as? String == "DatabaseUnavailable")
    #expect(metrics.properties["date"] as? String == "2024-05-31")
  }

  @Test(
    "each invocation writes one line of metrics, ColdStart in the first alone, whatever the log's format and level",
    arguments: [("JSON", "INFO"), ("JSON", "FATAL"), ("Text", "ERROR")])
  func metrics(format: String, level: String) throws {
    let emulator = try Emulator(
      "DateRangeGenerator",
      environment: [
        "AWS_LAMBDA_FUNCTION_NAME": "festvibes-date-range-generator", "AWS_LAMBDA_LOG_FORMAT": format,
        "AWS_LAMBDA_LOG_LEVEL": level,
      ])
    for event in [#"{"days_ahead":2}"#, "nonsense", #"{"days_ahead":0}"#] { _ = try emulator.invoke(event) }
    let documents = try EMFDocument.all(in: emulator.log())
    #expect(documents.map { $0.metrics["ColdStart"] } == [1, nil, nil])
    #expect(documents.map { $0.metrics["Dates"] } == [3, nil, 1])
    #expect(documents.map { $0.metrics["Errors"] } == [nil, 1, nil])
    #expect(documents.allSatisfy { $0.metrics["Duration"].map { $0 > 0 && $0 < 10_000 } == true })
    #expect(documents.allSatisfy { $0.namespace == "FestVibes" })
    #expect(documents.allSatisfy { $0.dimensions == ["Function": "festvibes-date-range-generator"] })
    #expect(Set(documents.compactMap { $0.properties["requestId"] as? String }).count == 3)
  }
}
