import Text

/// Writes iCalendar (RFC 5545): lines of at most 75 octets, CR LF, escaped texts.
struct CalendarText {
  private(set) var bytes: [UInt8] = []

  /// The octets of a line, without its end.
  private static let longestLine = 75

  /// Adds a line. A longer one is folded: each further line begins with a blank. No character is cut.
  mutating func add(_ name: String, _ value: String) {
    var length = 0
    // A line end within a value would begin another property.
    for scalar in "\(name):\(value)".unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t"
    {
      let octets = UTF8.encode(scalar).map(Array.init) ?? []
      if length + octets.count > Self.longestLine {
        bytes += "\r\n ".utf8
        length = 1
      }
      bytes += octets
      length += octets.count
    }
    bytes += "\r\n".utf8
  }

  /// Adds a line whose value is a text.
  mutating func add(_ name: String, text: String?) {
    guard let text, !text.isEmpty else { return }
    add(name, Self.escaped(text))
  }

  /// Adds a line whose value is a list of texts.
  mutating func add(_ name: String, texts: [String]) {
    guard !texts.isEmpty else { return }
    add(name, texts.map(Self.escaped).joined(separator: ","))
  }

  /// The text with the escapes of RFC 5545, 3.3.11. Of a line end, `\n` is left; other control characters are left out.
  static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in text.unicodeScalars {
      defer { wasReturn = scalar == "\r" }
      switch scalar {
      case "\\", ";", ",": escaped.append(contentsOf: ["\\", scalar])
      case "\n" where wasReturn: break
      case "\r", "\n": escaped.append(contentsOf: ["\\", "n"])
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
