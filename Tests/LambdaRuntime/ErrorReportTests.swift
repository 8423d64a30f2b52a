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

  @Test("a type is made fit for a header")
  func type() {
    #expect(ErrorReport(type: "Bad\r\nHeader: x", message: "").headerType == "Function.BadHeaderx")
    #expect(ErrorReport(type: "", message: "").headerType == "Function.Unknown")
  }

  @Test("an error without a name of its own is reported by its type")
  func foreignError() {
    struct Odd: Error {}
    #expect(ErrorReport(Odd()).type == "Odd")
  }

  @Test("a long message is cut at a character, and the cause stays below 64 KB of ASCII")
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

  @Test("a character beyond the basic plane is written as two escapes")
  func surrogates() {
    #expect(quoted("é🎷\u{7F}", asciiOnly: true) == #""\u00e9\ud83c\udfb7\u007f""#)
    #expect(quoted("é🎷") == "\"é🎷\"")
  }
}
