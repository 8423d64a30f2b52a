import Text

/// What may stand in the lines of a header.
enum HeaderText {
  /// RFC 9110, 5.6.2; the standard's `token` is the same with a few characters less.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(\.isHTTPTokenCharacter)
  }

  /// Whether a value is read back as it is written: no control characters but tabs, and no white space around it.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } && trimmed(text[...]) == text
  }

  /// The text with spaces for CR, LF and NUL, and none around it.
  static func oneLine(_ text: String) -> String {
    let bytes = text.utf8.map { $0 == 0x0D || $0 == 0x0A || $0 == 0 ? 0x20 : $0 }
    return trimmed(String(decoding: bytes, as: UTF8.self)[...])
  }

  /// The text without spaces and tabs around it.
  static func trimmed(_ text: Substring) -> String {
    String(decoding: text.utf8.trimming(while: \.isHTTPSpace), as: UTF8.self)
  }
}
