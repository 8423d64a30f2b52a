/// Writes HTML that is well-formed XML, too. Every text and every value of an attribute is escaped.
struct PageWriter {
  typealias Attributes = KeyValuePairs<String, String>

  private(set) var text = ""

  /// Adds what is markup already, of this program alone.
  mutating func raw(_ markup: String) { text += markup }

  mutating func text(_ content: String) { text += Self.escaped(content) }

  /// Adds an element with a text.
  mutating func element(_ name: String, _ attributes: Attributes, _ content: String) {
    element(name, attributes) { $0.text(content) }
  }

  /// Adds an element with a text, and without attributes.
  mutating func element(_ name: String, _ content: String) { element(name, [:], content) }

  /// Adds an element with what the closure adds.
  mutating func element(_ name: String, _ attributes: Attributes, _ content: (inout PageWriter) -> Void) {
    open(name, attributes)
    text += ">"
    content(&self)
    text += "</\(name)>"
  }

  /// Adds an element without attributes.
  mutating func element(_ name: String, _ content: (inout PageWriter) -> Void) { element(name, [:], content) }

  /// Adds a command of the shell. A line breaks between its words alone, and its letters stand in the order in which
  /// they are pasted.
  mutating func command(_ command: String) {
    element("code", ["dir": "ltr"]) { page in
      for (place, word) in command.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
        if place > 0 { page.text(" ") }
        // A browser would break a line after a hyphen.
        if word.contains("-") { page.element("span", String(word)) } else { page.text(String(word)) }
      }
    }
  }

  /// Adds a name, whose line may break after each underscore.
  mutating func name(_ name: String) {
    for (place, part) in name.split(separator: "_", omittingEmptySubsequences: false).enumerated() {
      if place > 0 {
        text("_")
        void("wbr", [:])
      }
      text(String(part))
    }
  }

  /// Adds an element without content, such as `meta`.
  mutating func void(_ name: String, _ attributes: Attributes) {
    open(name, attributes)
    text += "/>"
  }

  private mutating func open(_ name: String, _ attributes: Attributes) {
    text += "<\(name)"
    for (key, value) in attributes where key != "class" || !value.isEmpty {
      text += " \(key)=\"\(Self.escaped(value))\""
    }
  }

  static func escaped(_ content: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in content.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;".unicodeScalars
      case "<": escaped += "&lt;".unicodeScalars
      case ">": escaped += "&gt;".unicodeScalars
      case "\"": escaped += "&quot;".unicodeScalars
      case "'": escaped += "&#39;".unicodeScalars
      default: escaped.append(isShown(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return String(escaped)
  }

  /// False for characters that XML does not allow, for those that turn the direction of a text, break its line, or
  /// cannot be seen: a command would read otherwise than it is pasted.
  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x20..<0x7F: return true
    case ..<0x20, 0x7F...0x9F, 0x2028...0x2029, 0xFFFE...0xFFFF: return false
    default:
      let properties = scalar.properties
      return !properties.isDefaultIgnorableCodePoint && properties.generalCategory != .format
    }
  }
}
