import FoundationEssentials
import Markup

/// Takes texts out of elements: RSS's are HTML, and Atom's say what they are.
enum FeedText {
  /// The ways in which an element has its text.
  private enum Kind {
    case plain
    /// HTML as text.
    case html
    /// Elements.
    case markup
    /// Something else than text, such as an image.
    case opaque
  }

  /// The text on one line, with tags left out and references decoded; nil if nothing is left.
  static func line(of element: FeedElement) -> String? {
    let text: [UInt8]
    switch kind(of: element) {
    case .plain, .opaque: text = bytes(of: element)
    case .html: text = Array(HTMLText.text(of: String(decoding: bytes(of: element), as: UTF8.self)).utf8)
    case .markup: text = element.text
    }
    let line = collapsed(text)
    return line.isEmpty ? nil : line
  }

  /// The text as HTML; nil if there is none.
  static func html(of element: FeedElement) -> String? {
    var result: [UInt8] = []
    switch kind(of: element) {
    case .plain: FeedMarkup.escape(trimmed(bytes(of: element)), to: &result)
    case .html: result = Array(trimmed(bytes(of: element)))
    case .markup: result = Array(trimmed(FeedMarkup.inner(of: element)))
    case .opaque: break
    }
    return result.isEmpty ? nil : String(decoding: result, as: UTF8.self)
  }

  /// The name of a person, else the email address, else the text of the element; nil if it has none of them.
  static func person(_ element: FeedElement) -> String? {
    for part in ["name", "email"] {
      let found = element.elements.first { $0.name.local == part && $0.value != nil }
      if let line = found.flatMap({ line(of: $0) }) { return line }
    }
    return element.elements.isEmpty ? line(of: element) : nil
  }

  private static func kind(of element: FeedElement) -> Kind {
    let hasElements = !element.elements.isEmpty
    var type = element.attribute("type")?.lowercased() ?? (element.name.vocabulary == .atom ? "text" : "html")
    type = String(type.prefix { $0 != ";" })
    switch type {
    case "xhtml", "application/xhtml+xml", "application/xml", "text/xml": return hasElements ? .markup : .plain
    case "html", "text/html": return hasElements ? .markup : .html
    case "text", "text/plain": return hasElements ? .markup : .plain
    default:
      if hasElements || type.hasSuffix("+xml") { return .markup }
      if type.hasPrefix("text/") || !type.contains("/") { return .plain }
      return element.attribute("mode") == nil ? .opaque : .plain
    }
  }

  /// The text of the element, decoded if Atom 0.3's `mode` says that it is in base64.
  private static func bytes(of element: FeedElement) -> [UInt8] {
    guard element.attribute("mode")?.lowercased() == "base64", let text = element.value,
      let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters)
    else { return element.text }
    return Array(data)
  }

  static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    guard let start = bytes.firstIndex(where: { $0 > 0x20 }), let end = bytes.lastIndex(where: { $0 > 0x20 }) else {
      return []
    }
    return bytes[start...end]
  }

  static func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last, first <= 0x20 || last <= 0x20 else { return text }
    return String(decoding: trimmed(Array(text.utf8)), as: UTF8.self)
  }

  /// The text with one space for white space and no-break spaces, and none at its ends.
  static func collapsed(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let isNoBreakSpace = bytes[index] == 0xC2 && index + 1 < bytes.count && bytes[index + 1] == 0xA0
      if bytes[index] <= 0x20 || isNoBreakSpace {
        if let last = result.last, last != 0x20 { result.append(0x20) }
        index += isNoBreakSpace ? 2 : 1
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    if result.last == 0x20 { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }
}
