/// Writes the elements of an xhtml text as HTML.
enum FeedMarkup {
  private static let empty: Set = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
  ]

  /// Returns what is in an element, as HTML. The `div` that Atom demands around an xhtml text is left out.
  static func inner(of element: FeedElement) -> [UInt8] {
    var element = element
    if element.name.vocabulary == .atom, let only = element.elements.first, element.elements.count == 1,
      only.name.local == "div"
    {
      element = only
    }
    var result: [UInt8] = []
    append(element, to: &result)
    return result
  }

  private static func append(_ element: FeedElement, to result: inout [UInt8]) {
    for child in element.children {
      switch child {
      case .text(let text): escape(text[...], to: &result)
      case .element(let element):
        let name = element.name.qualified
        result += "<\(name)".utf8
        for attribute in element.attributes {
          result += " \(attribute.name.prefix.map { "\($0):" } ?? "")\(attribute.name.local)=\"".utf8
          escape(Array(attribute.value.utf8)[...], to: &result)
          result.append(UInt8(ascii: "\""))
        }
        result.append(UInt8(ascii: ">"))
        guard !empty.contains(name) else { continue }
        append(element, to: &result)
        result += "</\(name)>".utf8
      }
    }
  }

  static func escape(_ text: ArraySlice<UInt8>, to result: inout [UInt8]) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "&"): result += "&amp;".utf8
      case UInt8(ascii: "<"): result += "&lt;".utf8
      case UInt8(ascii: ">"): result += "&gt;".utf8
      case UInt8(ascii: "\""): result += "&quot;".utf8
      default: result.append(byte)
      }
    }
  }
}
