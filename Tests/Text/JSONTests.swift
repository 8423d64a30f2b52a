import Foundation
import Testing

@testable import Text

@Suite("JSON text")
struct JSONTests {
  @Test("A quoted text is valid JSON and decodes to the same text, whatever it holds")
  func quotes() throws {
    let controls = String(String.UnicodeScalarView((0...0x7F).compactMap(Unicode.Scalar.init)))
    for text in ["", "plain", controls, "a\"b\\c/d", "é🎷\u{2028}\u{FFFD}"] {
      for asciiOnly in [false, true] {
        let quoted = text.quotedForJSON(asciiOnly: asciiOnly)
        #expect(try JSONDecoder().decode(String.self, from: Data(quoted.utf8)) == text)
        let isPrintable = quoted.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && (!asciiOnly || $0 < 0x7F) }
        #expect(isPrintable)
      }
    }
  }

  @Test("A character beyond the basic plane is written as two escapes")
  func surrogates() {
    #expect("é🎷\u{7F}".quotedForJSON(asciiOnly: true) == #""\u00e9\ud83c\udfb7\u007f""#)
    #expect("é🎷".quotedForJSON() == "\"é🎷\"")
  }

  private struct Record: Decodable {
    struct Place: Decodable { let city: String }
    let count: Int?
    let places: [Place]?
  }

  private func summary(_ json: String, withBytes: Bool = true) -> String? {
    do {
      _ = try JSONDecoder().decode(Record.self, from: Data(json.utf8))
      return nil
    } catch {
      return (error as? DecodingError)?.summary(of: "the record", in: withBytes ? Data(json.utf8) : nil)
    }
  }

  @Test(
    "An error of decoding names the field and what it must be",
    arguments: [
      (#"{"places":[{}]}"#, "'places[0].city' is missing"),
      (#"{"places":[{"city":null}]}"#, "'places[0].city' must be a string and is null"),
      (#"{"places":[{"city":7001}]}"#, "'places[0].city' must be a string"),
      (#"{"places":7001}"#, "'places' must be an array"), (#"{"count":1.5}"#, "'count' must be a whole number"),
      ("7001", "the record must be a JSON object"), ("null", "the record must be a JSON object and is null"),
      ("{7001", "the record is not valid JSON"),
    ])
  func summaries(json: String, expected: String) {
    #expect(summary(json) == expected)
  }

  @Test("Without the bytes a number that is not an integer is a malformed record")
  func withoutBytes() {
    #expect(summary(#"{"count":1.5}"#, withBytes: false) == "the record is malformed")
  }

  /// Reads a part of a document leniently, as the loader reads records.
  private struct Lenient: Decodable {
    var summary: String?

    init(from decoder: any Decoder) throws {
      do { _ = try Record(from: decoder) } catch {
        summary = (error as? DecodingError)?.summary(of: "the record", below: decoder.codingPath.count)
      }
    }
  }

  @Test("A field is named from the subject on, wherever the subject is in its document")
  func depth() throws {
    let json = #"{"records":[{"places":[{"city":1}]},{"places":[{}]},null,7]}"#
    let records = try JSONDecoder().decode([String: [Lenient]].self, from: Data(json.utf8))["records"] ?? []
    #expect(
      records.map(\.summary) == [
        "'places[0].city' must be a string", "'places[0].city' is missing",
        "the record must be a JSON object and is null", "the record must be a JSON object",
      ])
  }
}
