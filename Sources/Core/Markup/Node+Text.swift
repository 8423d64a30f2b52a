import CXML2

extension Node {
  /// The text of the element on one line, as a browser shows it: entities decoded, white space collapsed and trimmed,
  /// scripts and styles omitted, and a space where a block or a `<br>` begins a new line.
  ///
  /// Unlike in a browser, a no-break space counts as a space: the text serves as a name and as a key, and
  /// `Sam&nbsp;Price` is the same artist as `Sam Price`.
  public var text: String { lines.joined(separator: " ") }

  /// The same text, with a line for each block and after each `<br>`. Empty lines are omitted.
  public var lines: [String] {
    var writer = LineWriter()
    var next = pointer.pointee.children
    while let current = next {
      let node = current.pointee
      let element = node.type == XML_ELEMENT_NODE ? String(cString: node.name) : nil
      switch node.type {
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: writer.write(node.content)
      case XML_ELEMENT_NODE where Self.blocks.contains(element ?? ""): writer.endLine()
      default: break
      }
      // Only elements have children in the tree: an entity reference points to its declaration.
      if let element, !Self.hidden.contains(element), let child = node.children {
        next = child
      } else {
        next = following(current, &writer)
      }
    }
    writer.endLine()
    return writer.lines
  }

  /// Returns the next node after `node` and its children; nil at the end of this element. Ends the line of each block left.
  private func following(_ node: xmlNodePtr, _ writer: inout LineWriter) -> xmlNodePtr? {
    var node = node
    while node != pointer {
      if let sibling = node.pointee.next { return sibling }
      guard let parent = node.pointee.parent else { return nil }
      node = parent
      if Self.blocks.contains(String(cString: node.pointee.name)) { writer.endLine() }
    }
    return nil
  }

  /// Elements that a browser's default style sheet shows on their own lines, including table cells. Source:
  /// https://html.spec.whatwg.org/#the-css-user-agent-style-sheet-and-presentational-hints
  private static let blocks: Set<String> = [
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main",
    "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
  ]
  private static let hidden: Set<String> = ["head", "noscript", "script", "style", "template"]
}

/// Collects text into lines.
private struct LineWriter {
  private(set) var lines: [String] = []
  private var line: [UInt8] = []
  private var spaceIsDue = false

  mutating func write(_ content: UnsafePointer<UInt8>?) {
    guard var next = content else { return }
    while next.pointee != 0 {
      let byte = next.pointee
      let isNoBreakSpace = byte == 0xC2 && next[1] == 0xA0
      if isSpace(byte) || isNoBreakSpace {
        spaceIsDue = !line.isEmpty
      } else {
        if spaceIsDue { line.append(UInt8(ascii: " ")) }
        spaceIsDue = false
        line.append(byte)
      }
      next += isNoBreakSpace ? 2 : 1
    }
  }

  mutating func endLine() {
    if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
    line.removeAll(keepingCapacity: true)
    spaceIsDue = false
  }
}

/// White space in HTML and XML: tab, line feed, form feed, carriage return, space.
func isSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0x0C
}
