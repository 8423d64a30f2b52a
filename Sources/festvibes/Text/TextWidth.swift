/// The width of text on a terminal, and text cut or wrapped to a width.
enum TextWidth {
  static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + width(of: $1) } }

  /// Returns the text, or as much of its start as fits with an ellipsis.
  static func truncated(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    guard width > 0 else { return "" }
    var kept = ""
    var used = 0
    for character in text {
      let next = self.width(of: character)
      guard used + next <= width - 1 else { break }
      kept.append(character)
      used += next
    }
    return kept + "…"
  }

  /// Returns the text in lines of at most that width, broken between words; none for an empty text.
  /// - Parameter indent: the spaces before each line. Even on a narrow terminal, 20 columns are left for the text.
  static func wrapped(_ text: String, to width: Int?, indent: Int = 0) -> [String] {
    let margin = String(repeating: " ", count: indent)
    guard let width else { return text.isEmpty ? [] : [margin + text] }
    let room = indent == 0 ? width : max(20, width - indent)
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, of(last) + 1 + of(word) <= room {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { margin + $0 }
  }

  /// Returns one line without anything that moves the cursor, changes colours or reverses the writing direction. Text
  /// from the web goes through this before it reaches a terminal.
  static func cleaned(_ text: String) -> String {
    let safe = text.unicodeScalars.compactMap { scalar -> Unicode.Scalar? in
      guard !scalar.isShown else { return scalar }
      return switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: " "
      case .format: nil
      default: "\u{FFFD}"
      }
    }
    return String(String.UnicodeScalarView(safe)).split(separator: " ").joined(separator: " ")
  }

  private static func width(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    let properties = first.properties
    if properties.isEmojiPresentation || (properties.isEmoji && character.unicodeScalars.contains("\u{FE0F}")) {
      return 2
    }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return wide.contains { $0.contains(first.value) } ? 2 : 1
    }
  }

  /// East Asian wide and full-width characters (Unicode Standard Annex 11), by block.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x1B000...0x1B2FF, 0x20000...0x3FFFD,
  ]
}
