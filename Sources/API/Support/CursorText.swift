import Cryptography
import FoundationEssentials
import JSON

/// The text of a cursor for clients: base64url of a JSON list. Its first element marks the question, that is the route and
/// its filters, so that a cursor of one list is refused by another.
///
/// A long text is not in it: a list in its place has a mark of the text, which is then read from the cursor's row.
public enum CursorText {
  /// The most characters of a client's text: what the 32 KB of a request's head leave beside filters and headers. No cursor
  /// of this version has as many: one of four texts that are as long as they may be has 6,500, since API Gateway takes
  /// 10,240 bytes of a request's line and headers.
  public static let longest = 24_000

  /// The bytes of a text as JSON from which on a cursor has its mark.
  static let longText = 1200

  /// - Parameter question: a text that all pages of a list have alike.
  public static func text(_ values: [JSONValue], of question: String) -> String {
    let text = Data(JSONValue.array([mark(question)] + values).text.utf8).base64EncodedString()
    return String(
      decoding: text.utf8.compactMap { byte -> UInt8? in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: byte
        }
      }, as: UTF8.self)
  }

  /// Reads a client's text, which may be anything.
  /// - Returns: nil for one that no server wrote for this question.
  public static func values(_ text: String, of question: String) -> [JSONValue]? {
    let plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    let padded = String(plain) + String(repeating: "=", count: (4 - plain.count % 4) % 4)
    guard let bytes = Data(base64Encoded: padded), let parts = (try? JSONValue(parsing: bytes))?.array,
      parts.first == mark(question)
    else { return nil }
    return Array(parts.dropFirst())
  }

  /// A text of a row as a cursor has it: itself, or a list with its mark.
  public static func place(of text: String) -> JSONValue {
    let json = JSONValue.string(text)
    return json.text.utf8.count < longText ? json : .array([mark(text)])
  }

  /// Reads a text as a client's cursor has it.
  /// - Returns: nil for another value.
  public static func text(in place: JSONValue) -> (text: String, isMark: Bool)? {
    let isMark = place.array?.count == 1
    guard let text = isMark ? place.array?[0].string : place.string, !text.utf8.contains(0) else { return nil }
    return (text, isMark)
  }

  /// The condition that a column has a text of a cursor.
  public static func condition(_ column: String, isMark: Bool, _ parameter: String) -> String {
    guard isMark else { return "\(column) = \(parameter)" }
    // The digest is made of long texts alone. JSON makes six bytes of one at most.
    let digest = "encode(sha256(convert_to(\(column), 'UTF8')), 'hex')"
    return "octet_length(\(column)) > 100 and left(\(digest), \(markLength)) = \(parameter)"
  }

  private static let markLength = 12

  /// The beginning of a text's digest.
  static func mark(_ text: String) -> JSONValue {
    .string(String((try? Digest(of: Data(text.utf8)))?.hexadecimal.prefix(markLength) ?? ""))
  }
}
