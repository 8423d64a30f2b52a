import Foundation
import HTTP
import TestSupport
import Testing
import Time

/// The functions behind AWS's Runtime Interface Emulator. Each test starts its own.
@Suite(
  "A function behind the emulator", .serialized,
  .enabled(if: Emulator.isInstalled, "install the emulator: make install"))
struct EmulatorTests {
  private static let settings = [
    "PG_DATABASE_URL": "postgresql://nobody:pa55word@127.0.0.1:1/none", "REDIS_URL": "redis://:pa55word@127.0.0.1:1/0",
  ]

  @Test("responds to one event after another in one process (F10)")
  func responses() throws {
    let emulator = try Emulator("DateRangeGenerator")
    for _ in 0..<3 {
      let response = try emulator.invoke(#"{"start_date":"2024-05-31","end_date":"2024-06-01"}"#)
      #expect((response["body"] as? [String: Any])?["dates"] as? [String] == ["2024-05-31", "2024-06-01"])
    }
  }

  @Test("reports an invalid event as InvalidInput and continues")
  func invalidEvents() throws {
    let emulator = try Emulator("DateRangeGenerator")
    for event in [#"{"days_ahead":-1}"#, #"{"days_ahead":"many"}"#, "[]", "nonsense"] {
      let response = try emulator.invoke(event)
      #expect(response["errorType"] as? String == "InvalidInput", "\(event)")
      #expect((response["errorMessage"] as? String)?.isEmpty == false)
    }
    #expect(try emulator.invoke(#"{"days_ahead":0}"#)["statusCode"] as? Int == 200)
  }

  @Test("that cannot start names all variables that are missing", arguments: ["Loader", "CacheManager"])
  func initialisationError(function: String) throws {
    let response = try Emulator(function).invoke("{}")
    #expect(response["errorType"] as? String == "ConfigurationInvalid")
    let message = try #require(response["errorMessage"] as? String)
    #expect(message.contains("PG_DATABASE_URL is not set"))
    if function == "CacheManager" { #expect(message.contains("REDIS_URL is not set")) }
  }

  @Test("reports DatabaseUnavailable when the database cannot be reached, and shows and logs no password")
  func databaseUnreachable() throws {
    let emulator = try Emulator("CacheManager", environment: Self.settings)
    let response = try emulator.invoke(#"{"queryStringParameters":{"date":"2024-05-31"}}"#)
    #expect(response["errorType"] as? String == "DatabaseUnavailable")
    #expect(!"\(response)".contains("pa55word"))
    let log = try emulator.log()
    #expect(log.contains("DatabaseUnavailable"))
    #expect(!log.contains("pa55word"))
    let metrics = try #require(try EMFDocument.all(in: log).first)
    #expect(metrics.metrics["Errors"] == 1)
    #expect(metrics.properties["error"] as? String == "DatabaseUnavailable")
    #expect(metrics.properties["date"] as? String == "2024-05-31")
  }

  @Test(
    "writes one line of metrics for each invocation, with ColdStart only in the first, at every log format and level",
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
    #expect(documents.allSatisfy { $0.dimensions["Function"] == "festvibes-date-range-generator" })
    #expect(Set(documents.compactMap { $0.properties["requestId"] as? String }).count == 3)
  }
}
