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

  /// Returns the same lines, and a new one at each line feed of preformatted text, such as in a `<pre>`.
  public func lines(keepingLineFeeds: Bool) -> [String] {
    collect(LineWriter(), keepingLineFeeds: keepingLineFeeds).lines
  }

  /// Returns at most `maximumBytes` bytes (UTF-8) from the beginning of `text`, and whether there is more. It ends between
  /// two characters, and the rest of the element is not read.
  public func text(maximumBytes: Int) -> (text: String, isCut: Bool) {
    let (lines, isCut) = lines(maximumBytes: maximumBytes)
    return (lines.joined(separator: " "), isCut)
  }

  /// Returns at most `maximumBytes` bytes (UTF-8) from the beginning of `lines`, and whether there is more. A byte for the
  /// line break between two lines is counted. The last line ends between two characters.
  public func lines(maximumBytes: Int) -> (lines: [String], isCut: Bool) {
    let writer = collect(LineWriter(maximumBytes: maximumBytes), keepingLineFeeds: false)
    return (writer.lines, writer.isCut)
  }

  private func collect(_ writer: LineWriter, keepingLineFeeds: Bool) -> LineWriter {
    var writer = writer
    var next = pointer.pointee.children
    while let current = next, !writer.isFull {
      let node = current.pointee
      let isElement = node.type == XML_ELEMENT_NODE
      let rules = isElement ? ElementClass.rules(of: current) : []
      if rules.contains(.block) { writer.endLine() }
      if node.type == XML_TEXT_NODE || node.type == XML_CDATA_SECTION_NODE {
        if keepingLineFeeds { writer.keepsLineFeeds = isPreformatted(current) }
        writer.write(node.content)
      }
      // Only elements have children in the tree: an entity reference points to its declaration.
      if isElement, !rules.contains(.hidden), let child = node.children {
        next = child
      } else {
        next = following(current, &writer)
      }
    }
    writer.endLine()
    return writer
  }

  /// True for a text whose line feeds a browser shows.
  private func isPreformatted(_ text: xmlNodePtr) -> Bool {
    var node = text
    while node != pointer, let parent = node.pointee.parent {
      node = parent
      for name in ["pre", "listing", "textarea", "xmp"] where xmlStrEqual(node.pointee.name, name) == 1 { return true }
    }
    return false
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
