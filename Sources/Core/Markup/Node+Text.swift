import CXML2

extension Node {
  /// The text of the element on one line, as a browser shows it: entities decoded, white space collapsed and trimmed,
  /// invisible characters and scripts and styles omitted, and a space where a block or a `<br>` begins a new line.
  ///
  /// Unlike in a browser, a no-break space counts as a space: the text serves as a name and as a key, and
  /// `Sam&nbsp;Price` is the same artist as `Sam Price`.
  public var text: String { lines.joined(separator: " ") }

  /// The same text, with a line for each block and after each `<br>`. Empty lines are omitted.
  public var lines: [String] { lines(maximumBytes: .max).lines }

  /// Returns at most `maximumBytes` bytes (UTF-8) from the beginning of `text`, and whether there is more. It ends between
  /// two characters, and the rest of the element is not read.
  public func text(maximumBytes: Int) -> (text: String, isCut: Bool) {
    let (lines, isCut) = lines(maximumBytes: maximumBytes)
    return (lines.joined(separator: " "), isCut)
  }

  /// Returns at most `maximumBytes` bytes (UTF-8) from the beginning of `lines`, and whether there is more. A byte for the
  /// line break between two lines is counted. The last line ends between two characters.
  public func lines(maximumBytes: Int) -> (lines: [String], isCut: Bool) {
    var writer = LineWriter(maximumBytes: maximumBytes)
    var next = pointer.pointee.children
    while let current = next, !writer.isFull {
      let node = current.pointee
      let isElement = node.type == XML_ELEMENT_NODE
      let rules = isElement ? ElementClass.rules(of: current) : []
      if rules.contains(.block) { writer.endLine() }
      if node.type == XML_TEXT_NODE || node.type == XML_CDATA_SECTION_NODE { writer.write(node.content) }
      // Only elements have children in the tree: an entity reference points to its declaration.
      if isElement, !rules.contains(.hidden), let child = node.children {
        next = child
      } else {
        next = following(current, &writer)
      }
    }
    writer.endLine()
    return (writer.lines, writer.isCut)
  }

  /// Returns the next node after `node` and its children; nil at the end of this element. Ends the line of each block left.
  private func following(_ node: xmlNodePtr, _ writer: inout LineWriter) -> xmlNodePtr? {
    var node = node
    while node != pointer {
      if let sibling = node.pointee.next { return sibling }
      guard let parent = node.pointee.parent else { return nil }
      node = parent
      if ElementClass.rules(of: node).contains(.block) { writer.endLine() }
    }
    return nil
  }
}
