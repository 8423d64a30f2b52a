import Text

/// Writes iCalendar (RFC 5545): lines of at most 75 octets, CR LF, escaped texts.
struct CalendarText {
  private(set) var bytes: [UInt8] = []

  /// The octets of a line, without its end.
  private static let longestLine = 75

  /// Adds a line. A longer one is folded: each further line begins with a blank. No character is cut.
  mutating func add(_ name: String, _ value: String) { add(name, Array(value.utf8)) }

  /// Adds a line whose value is a text.
  mutating func add(_ name: String, text: String?) {
    guard let text, !text.isEmpty else { return }
    add(name, Self.escaped(text))
  }

  /// Adds a line whose value is a list of texts.
  mutating func add(_ name: String, texts: [String]) {
    guard !texts.isEmpty else { return }
    add(name, Array(texts.map(Self.escaped).joined(separator: [UInt8(ascii: ",")])))
  }

  /// - Parameter value: UTF-8.
  private mutating func add(_ name: String, _ value: [UInt8]) {
    bytes += name.utf8
    bytes.append(UInt8(ascii: ":"))
    var length = name.utf8.count + 1
    for byte in value {
      // A line end within a value would begin another property.
      guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else { continue }
      // The octets of the character that begins here; within one there is nothing to fold.
      let octets = byte & 0xC0 == 0x80 ? 0 : max(1, (~byte).leadingZeroBitCount)
      if octets > 0, length + octets > Self.longestLine {
        bytes += "\r\n ".utf8
        length = 1
      }
      bytes.append(byte)
      length += 1
    }
    bytes += "\r\n".utf8
  }

  /// The text with the escapes of RFC 5545, 3.3.11, in UTF-8. Of a line end, `\n` is left.
  private static func escaped(_ text: String) -> [UInt8] {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.utf8.count + 16)
    var wasReturn = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: ";"), UInt8(ascii: ","): escaped += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n") where wasReturn: break
      case UInt8(ascii: "\r"), UInt8(ascii: "\n"): escaped += "\\n".utf8
      default: escaped.append(byte)
      }
      wasReturn = byte == UInt8(ascii: "\r")
    }
    return escaped
  }
}
