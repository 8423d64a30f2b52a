import Foundation
import Testing

@testable import LambdaRuntime

@Suite("Error report")
struct ErrorReportTests {
  @Test("the body is exactly the three fields")
  func body() {
    let report = ErrorReport(type: "SourceChanged", message: "a\nb")
    #expect(
      String(decoding: report.body, as: UTF8.self)
        == #"{"errorMessage":"a\nb","errorType":"SourceChanged","stackTrace":[]}"#)
  }

  @Test("the body has no character that a terminal obeys, and the same message")
  func invisible() throws {
    let message = "a\u{9B}2J\u{202E}b\u{2028}c é"
    let body = ErrorReport(type: "SourceChanged", message: message).body
    #expect(String(decoding: body, as: UTF8.self).contains(#""errorMessage":"a\u009b2J\u202eb\u2028c é""#))
    let document = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
    #expect(document["errorMessage"] as? String == message)
  }

  @Test("a type is reduced to characters that a header allows")
  func type() {
    #expect(ErrorReport(type: "Bad\r\nHeader: x", message: "").headerType == "Function.BadHeaderx")
    #expect(ErrorReport(type: "", message: "").headerType == "Function.Unknown")
  }

  @Test("an error without a name is reported by its type")
  func foreignError() {
    struct Odd: Error {}
    #expect(ErrorReport(Odd()).type == "Odd")
  }

  private struct Event: Decodable {
    struct Place: Decodable { let city: String? }
    let days: Int?
    let share: Double?
    let isDry: Bool?
    let name: String?
    let tags: [String]?
    let place: Place?
    let places: [Place]?
  }

  private func message(for event: String) -> String? {
    do {
      _ = try JSONDecoder().decode(Event.self, from: Data(event.utf8))
      return nil
    } catch {
      let report = ErrorReport(error, event: Data(event.utf8))
      return report.type == "InvalidInput" ? report.message : "not InvalidInput: \(report.type)"
    }
  }

  @Test(
    "an event of the wrong shape is reported by field and requirement",
    arguments: [
      (#"{"days":1.5}"#, "'days' must be a whole number"), (#"{"days":"7001"}"#, "'days' must be a whole number"),
      (#"{"days":7001e30}"#, "'days' must be a whole number"),
      (#"{"days":1.5,"share":1.25}"#, "'days' or 'share' must be a whole number"),
      (#"{"days":7001e400}"#, "the event is not valid JSON"), (#"{"days":[7001]}"#, "'days' must be a whole number"),
      (#"{"share":"7001"}"#, "'share' must be a number"), (#"{"isDry":7001}"#, "'isDry' must be true or false"),
      (#"{"name":7001}"#, "'name' must be a string"), (#"{"name":{"a":7001}}"#, "'name' must be a string"),
      (#"{"tags":"7001"}"#, "'tags' must be an array"), (#"{"tags":{"a":7001}}"#, "'tags' must be an array"),
      (#"{"tags":[7001]}"#, "'tags[0]' must be a string"),
      (#"{"tags":[null]}"#, "'tags[0]' must be a string and is null"),
      (#"{"place":"7001"}"#, "'place' must be a JSON object"),
      (#"{"place":{"city":7001}}"#, "'place.city' must be a string"),
      (#"{"places":[[]]}"#, "'places[0]' must be a JSON object"),
      ("[7001]", "the event must be a JSON object"), ("7001", "the event must be a JSON object"),
      (#""7001""#, "the event must be a JSON object"), ("null", "the event must be a JSON object and is null"),
      ("", "the event is not valid JSON"), ("{7001", "the event is not valid JSON"),
      (#"{"days":7001"#, "the event is not valid JSON"),
      (#"{"name":"\u{1}"}"#, "the event is not valid JSON"),
    ])
  func wrongShapes(event: String, expected: String) {
    #expect(message(for: event) == expected)
  }

  @Test("a long message is cut, and the cause stays below 64 KB of ASCII")
  func longMessages() throws {
    let report = ErrorReport(type: "T", message: String(repeating: "🎷\u{1}", count: 100_000))
    #expect(report.message.utf8.count <= ErrorReport.maximumMessageBytes + 3)
    let cause = report.cause
    #expect(cause.utf8.count <= ErrorReport.maximumCauseBytes)
    let isASCII = cause.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    #expect(isASCII)
    #expect(try JSONSerialization.jsonObject(with: Data(cause.utf8)) is [String: Any])
    #expect(try JSONSerialization.jsonObject(with: report.body) is [String: Any])
  }
}
