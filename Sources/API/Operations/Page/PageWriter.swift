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

  /// False for characters that XML does not allow, and for those that turn the direction of a text: a command would
  /// read otherwise than it is pasted.
  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: true
    case ..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: false
    default: true
    }
  }
}
