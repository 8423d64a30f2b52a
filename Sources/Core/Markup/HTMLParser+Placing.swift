import CXML2

extension HTMLParser {
  var current: OpenElement { stack[stack.count - 1] }

  /// Inserts a node at the appropriate place (https://html.spec.whatwg.org/#appropriate-place-for-inserting-a-node).
  /// - Parameter target: the element for it; nil for the innermost open one.
  mutating func insert(_ node: xmlNodePtr, under target: OpenElement?) {
    let target = target ?? current
    guard isFostering, target.rules.contains(.fosters), let place = stack.lastIndex(where: { $0.tag == .table }) else {
      return append(node, to: target.node)
    }
    let table = stack[place].node
    guard let parent = table.pointee.parent else { return append(node, to: stack[max(0, place - 1)].node) }
    node.pointee.parent = parent
    node.pointee.next = table
    node.pointee.prev = table.pointee.prev
    if let before = table.pointee.prev { before.pointee.next = node } else { parent.pointee.children = node }
    table.pointee.prev = node
  }

  func append(_ node: xmlNodePtr, to parent: xmlNodePtr) {
    node.pointee.parent = parent
    node.pointee.next = nil
    node.pointee.prev = parent.pointee.last
    if let last = parent.pointee.last { last.pointee.next = node } else { parent.pointee.children = node }
    parent.pointee.last = node
  }

  func unlink(_ node: xmlNodePtr) {
    guard let parent = node.pointee.parent else { return }
    if let before = node.pointee.prev {
      before.pointee.next = node.pointee.next
    } else {
      parent.pointee.children = node.pointee.next
    }
    if let after = node.pointee.next {
      after.pointee.prev = node.pointee.prev
    } else {
      parent.pointee.last = node.pointee.prev
    }
    node.pointee.parent = nil
    node.pointee.prev = nil
    node.pointee.next = nil
  }

  func moveChildren(of node: xmlNodePtr, to parent: xmlNodePtr) {
    parent.pointee.children = node.pointee.children
    parent.pointee.last = node.pointee.last
    node.pointee.children = nil
    node.pointee.last = nil
    var next = parent.pointee.children
    while let child = next {
      child.pointee.parent = parent
      next = child.pointee.next
    }
  }

  /// Inserts the text that waits, by the rules of the insertion mode.
  mutating func flushText() throws(MarkupError) {
    guard !pendingText.isEmpty else { return }
    let isBlank = pendingText.allSatisfy(Self.isSpace)
    switch mode {
    case .beforeHead, .afterHead, .inHead:
      // White space here is not shown.
      pendingText.removeFirst(pendingText.firstIndex { !Self.isSpace($0) } ?? pendingText.count)
      if !isBlank {
        try openBody()
        try insertText()
      }
    case .inBody, .inCaption, .inCell:
      if !isInForeignContent { try reopenFormatting() }
      try insertText()
    case .inTable, .inTableBody, .inRow:
      let isInTable = current.rules.contains(.fosters)
      isFostering = !isBlank
      if !isBlank || !isInTable { try reopenFormatting() }
      try insertText()
      isFostering = false
    case .inColumnGroup:
      if !isBlank {
        if current.tag == .colgroup { stack.removeLast() }
        mode = .inTable
        return try flushText()
      }
    }
    pendingText.removeAll(keepingCapacity: true)
  }

  private mutating func insertText() throws(MarkupError) {
    let text = pendingText.withUnsafeBufferPointer { arena.makeText(arena.copy($0), in: document) }
    insert(text, under: nil)
  }

  /// Closes the head and opens the body, as far as they are not yet.
  mutating func openBody() throws(MarkupError) {
    if mode == .beforeHead { head = try insertElement(.head, attributes: false) }
    if current.tag == .head { stack.removeLast() }
    try insertElement(.body, attributes: false)
    mode = .inBody
  }
}

/// The kind of an element for `Node.text`, kept in libxml2's field for applications so that no name is compared.
enum ElementClass {
  private static let isKnown: UInt = 1 << 8

  static func pointer(_ rules: TagRules) -> UnsafeMutableRawPointer? {
    UnsafeMutableRawPointer(bitPattern: UInt(rules.intersection([.block, .hidden]).rawValue) | isKnown)
  }

  /// Returns the rules by which the element's text is shown. Elements of XML are found by name.
  static func rules(of node: xmlNodePtr) -> TagRules {
    let bits = UInt(bitPattern: node.pointee._private)
    if bits & isKnown != 0 { return TagRules(rawValue: UInt32(bits & 0xFF)) }
    var key = TagTable.Key()
    var index = 0
    while let byte = node.pointee.name?[index], byte != 0, index < 17 {
      key.append(byte, at: index)
      index += 1
    }
    return index > 16 ? [] : TagTable.shared.rules[Int(TagTable.shared.tag(key).rawValue)]
  }
}
