import Cryptography
import FoundationEssentials
import JSON

/// The text of a cursor for clients: base64url of a JSON list. Its first element marks the question, that is the route and its
/// filters, so that a cursor of one list is none of another.
public enum CursorText {
  /// The most characters of a client's text: what the 32 KB of a request's head leave beside filters and headers.
  public static let longest = 24_000

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

  /// The beginning of a text's digest.
  public static func mark(_ text: String) -> JSONValue {
    .string(String((try? Digest(of: Data(text.utf8)))?.hexadecimal.prefix(12) ?? ""))
  }
}
