/// Parts of SQL that are made of texts of a definition or of data. They work on bytes: a quotation mark and a combining
/// character behind it are one `Character`, which a search for the mark does not find.
enum SQL {
  /// Returns an identifier in quotation marks.
  static func quoted(_ identifier: String) -> String { "\"\(escaped(identifier, [UInt8(ascii: "\"")], by: nil))\"" }

  /// Returns a text as a literal that means the same whatever the server's settings are.
  static func literal(_ text: String) -> String {
    let doubled = escaped(text, [UInt8(ascii: "'"), UInt8(ascii: "\\")], by: nil)
    return text.utf8.contains(UInt8(ascii: "\\")) ? "E'\(doubled)'" : "'\(doubled)'"
  }

  /// Returns a list as Postgres writes arrays: `{"a","b"}`.
  static func array(_ texts: [String]) -> String {
    let marks = [UInt8(ascii: "\""), UInt8(ascii: "\\")]
    return "{\(texts.map { "\"\(escaped($0, marks, by: UInt8(ascii: "\\")))\"" }.joined(separator: ","))}"
  }

  /// Puts a byte before each of some marks.
  /// - Parameter escape: nil to double the mark.
  private static func escaped(_ text: String, _ marks: [UInt8], by escape: UInt8?) -> String {
    guard text.utf8.contains(where: marks.contains) else { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if marks.contains(byte) { bytes.append(escape ?? byte) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The FNV-1a hash of a text, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
  static func fnv(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
