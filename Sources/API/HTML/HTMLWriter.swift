/// Writes HTML that is well-formed XML, too. Every text and every value of an attribute is escaped.
public struct HTMLWriter {
  /// The attributes of an element, in their order.
  public typealias Attributes = KeyValuePairs<String, String>

  /// The markup so far.
  public private(set) var text = ""

  public init() {}

  /// Adds what is markup already, of this program alone.
  public mutating func raw(_ markup: String) { text += markup }

  /// Adds a text.
  public mutating func text(_ content: String) { text += Self.escaped(content) }

  /// Adds an element with a text.
  public mutating func element(_ name: String, _ attributes: Attributes, _ content: String) {
    element(name, attributes) { $0.text(content) }
  }

  /// Adds an element with a text, and without attributes.
  public mutating func element(_ name: String, _ content: String) { element(name, [:], content) }

  /// Adds an element with what the closure adds.
  public mutating func element(_ name: String, _ attributes: Attributes, _ content: (inout HTMLWriter) -> Void) {
    open(name, attributes)
    text += ">"
    content(&self)
    text += "</\(name)>"
  }

  /// Adds an element without attributes.
  public mutating func element(_ name: String, _ content: (inout HTMLWriter) -> Void) { element(name, [:], content) }

  /// Adds an element without content, such as `meta`.
  public mutating func void(_ name: String, _ attributes: Attributes) {
    open(name, attributes)
    text += "/>"
  }

  private mutating func open(_ name: String, _ attributes: Attributes) {
    text += "<\(name)"
    for (key, value) in attributes where key != "class" || !value.isEmpty {
      text += " \(key)=\"\(Self.escaped(value))\""
    }
  }

  /// Returns a text as it stands in an element or in an attribute's value.
  public static func escaped(_ content: String) -> String {
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
