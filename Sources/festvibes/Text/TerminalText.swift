import Text

extension Unicode.Scalar {
  /// True if a terminal shows the character and does nothing else with it. Not so for control and format characters,
  /// separators of lines and paragraphs, and code points without a meaning that is known here. U+200D joins emoji.
  var isShown: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
    case .format: self == "\u{200D}"
    default: true
    }
  }
}

extension String {
  /// Returns the text as it may be written to a terminal: the characters that a table replaces or leaves out are escaped
  /// as in JSON, `\u001b`, except line ends and tabs. JSON stays JSON with the same values.
  /// - Parameter keepsStyles: if true, what `Style` writes is kept.
  func escapedForTerminal(keepsStyles: Bool = false) -> String {
    var rest = unicodeScalars[...]
    // Bytes: to append to a string's view of its scalars copies the string.
    var escaped: [UInt8] = []
    escaped.reserveCapacity(utf8.count)
    while let scalar = rest.first {
      if scalar.isShown || scalar == "\n" || scalar == "\t" {
        escaped += scalar.utf8
      } else if keepsStyles, let style = Style.sequences.first(where: { rest.starts(with: $0) }) {
        escaped += style.flatMap(\.utf8)
        rest = rest.dropFirst(style.count)
        continue
      } else {
        escaped += scalar.escapedForJSON.utf8
      }
      rest = rest.dropFirst()
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
