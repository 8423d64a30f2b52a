import Foundation
import Testing

@testable import Text

@Suite("JSON text")
struct JSONTests {
  @Test("A quoted text is valid JSON and decodes to the same text, whatever it holds")
  func quotes() throws {
    let controls = String(String.UnicodeScalarView((0...0x7F).compactMap(Unicode.Scalar.init)))
    let invisible = String(String.UnicodeScalarView(Self.invisible))
    for text in ["", "plain", controls, "a\"b\\c/d", "é🎷\u{2028}\u{FFFD}", invisible, "🎷\u{E0041}\\\u{202E}é"] {
      for escapes in [JSONEscapes.control, .invisible, .nonASCII] {
        let quoted = text.quotedForJSON(escaping: escapes)
        let decoded = try JSONDecoder().decode(String.self, from: Data(quoted.utf8))
        // Two texts are equal if they only differ in composition.
        #expect(decoded.unicodeScalars.elementsEqual(text.unicodeScalars))
        let isPrintable = quoted.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && (escapes != .nonASCII || $0 < 0x7F) }
        #expect(isPrintable)
        #expect(escapes == .control || !quoted.unicodeScalars.contains { $0.isInvisible })
      }
    }
  }

  private static let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)

  /// Every character that the standard library's tables know as invisible.
  private static let invisible = scalars.filter {
    [.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
  }

  @Test("The list of invisible characters has all that Unicode knows, and no character that shows something")
  func invisibleCharacters() {
    #expect(Self.invisible.count > 200)
    #expect(Self.invisible.filter { !$0.isInvisible } == [])
    let others = Set(Self.scalars.filter(\.isInvisible)).subtracting(Self.invisible)
    #expect(others.allSatisfy { $0.properties.generalCategory == .unassigned })
  }

  @Test("Invisible characters are escaped if they are asked for, and their neighbours are not")
  func invisibleEscapes() {
    func quoted(_ text: String) -> String { text.quotedForJSON(escaping: .invisible) }
    #expect(quoted("\u{1B}[2J\u{7F}\u{80}\u{9F}\u{A0}") == "\"\\u001b[2J\\u007f\\u0080\\u009f\u{A0}\"")
    #expect(quoted("\u{2027}\u{2028}\u{202E}\u{202F}") == "\"\u{2027}\\u2028\\u202e\u{202F}\"")
    #expect(quoted("\u{2065}\u{2069}\u{2070}\u{61C}") == "\"\\u2065\\u2069\u{2070}\\u061c\"")
    #expect(quoted("\u{E0041}é🎷") == "\"\\udb40\\udc41é🎷\"")
    #expect("\u{9B}\u{202E}".quotedForJSON() == "\"\u{9B}\u{202E}\"")
  }

  @Test("A character beyond the basic plane is written as two escapes")
  func surrogates() {
    #expect("é🎷\u{7F}".quotedForJSON(escaping: .nonASCII) == #""\u00e9\ud83c\udfb7\u007f""#)
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
