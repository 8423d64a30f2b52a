/// Rules for text in header lines.
enum HeaderText {
  /// RFC 9110, 5.6.2; the standard's `token` is the same with a few characters less.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// Returns true if a value is read back as it is written: it has no control characters except tabs, and no white space
  /// around it.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } && trimmed(text[...]) == text
  }

  /// Replaces CR, LF and NUL with spaces, and removes spaces around the text.
  static func oneLine(_ text: String) -> String {
    let bytes = text.utf8.map { $0 == 0x0D || $0 == 0x0A || $0 == 0 ? 0x20 : $0 }
    return trimmed(String(decoding: bytes, as: UTF8.self)[...])
  }

  /// The text without spaces and tabs around it.
  static func trimmed(_ text: Substring) -> String { String(decoding: trimmed(text.utf8[...]), as: UTF8.self) }

  /// The bytes without spaces and tabs around them.
  static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let rest = bytes.drop(while: isSpace)
    guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return rest.prefix(0) }
    return rest[...last]
  }
}
