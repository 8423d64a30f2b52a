import Text

/// Rules for text in header lines.
enum HeaderText {
  /// Returns true if the text is a token (RFC 9110, 5.6.2). The WARC standard's `token` excludes a few more characters.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(\.isHTTPTokenCharacter)
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

  /// Removes spaces and tabs around the text.
  static func trimmed(_ text: Substring) -> String {
    String(decoding: text.utf8.trimming(while: \.isHTTPSpace), as: UTF8.self)
  }
}
