import CXML2

/// The stack of open elements (https://html.spec.whatwg.org/#the-stack-of-open-elements).
extension HTMLParser {
  /// Tests for an open element that no boundary hides.
  /// - Parameter boundary: the elements that hide those outside; html, tables, cells and others by default.
  func isInScope(_ boundary: TagRules = .scope, _ matches: (Tag) -> Bool) -> Bool {
    var place = stack.count - 1
    while place >= 0 {
      if matches(stack[place].tag) { return true }
      if !stack[place].rules.isDisjoint(with: boundary) { return false }
      place -= 1
    }
    return false
  }

  func isInScope(_ tag: Tag, _ boundary: TagRules = .scope) -> Bool { isInScope(boundary) { $0 == tag } }

  /// Closes elements up to one that matches, and that one.
  mutating func close(through matches: (Tag) -> Bool) {
    while stack.count > 1 {
      if matches(stack.removeLast().tag) { return }
    }
  }

  mutating func close(through tag: Tag) { close { $0 == tag } }

  /// Closes the elements whose end tags may be missing.
  mutating func closeImplied(except exception: Tag? = nil) {
    while current.rules.contains(.impliedEnd), current.tag != exception { stack.removeLast() }
  }

  /// Closes a `<p>` that is open in the current block.
  mutating func closeParagraph() {
    if isInScope(.p, [.scope, .buttonScope]) {
      closeImplied(except: .p)
      close(through: .p)
    }
  }

  /// Closes elements up to one of a table's context.
  mutating func clear(to tags: Tag...) {
    while !tags.contains(current.tag), current.tag != .html, current.tag != .template { stack.removeLast() }
  }

  /// Sets the mode from the open elements (https://html.spec.whatwg.org/#reset-the-insertion-mode-appropriately).
  mutating func resetMode() {
    for element in stack.reversed() {
      switch element.tag {
      case .td, .th: mode = .inCell
      case .tr: mode = .inRow
      case .tbody, .thead, .tfoot: mode = .inTableBody
      case .caption: mode = .inCaption
      case .colgroup: mode = .inColumnGroup
      case .table: mode = .inTable
      case .body, .html: mode = .inBody
      default: continue
      }
      return
    }
  }

  // MARK: Formatting elements

  /// Opens the formatting elements again that a block closed (https://html.spec.whatwg.org/#reconstruct-the-active-formatting-elements).
  mutating func reopenFormatting() throws(MarkupError) {
    guard let last = formatting.last?.node, !isOpen(last) else { return }
    var place = formatting.count - 1
    while place > 0, let node = formatting[place - 1].node, !isOpen(node) { place -= 1 }
    while place < formatting.count {
      guard let node = formatting[place].node else { return }
      let copy = try copyElement(node)
      insert(copy, under: nil)
      try open(copy, formatting[place].tag)
      formatting[place].node = copy
      place += 1
    }
  }

  mutating func open(_ node: xmlNodePtr, _ tag: Tag) throws(MarkupError) {
    stack.append(OpenElement(node: node, tag: tag, rules: table.rules[Int(tag.rawValue)]))
    guard stack.count <= Self.maximumDepth else {
      throw MarkupError(.malformed, "the page has more than \(Self.maximumDepth) elements within each other")
    }
  }

  func isOpen(_ node: xmlNodePtr) -> Bool {
    var place = stack.count - 1
    while place >= 0 {
      if stack[place].node == node { return true }
      place -= 1
    }
    return false
  }

  /// Adds an element to the list. Of four that are alike the first is removed ("Noah's Ark clause").
  mutating func addFormatting(_ node: xmlNodePtr, _ tag: Tag) throws(MarkupError) {
    // Two lists of attributes are compared name by name.
    let comparison = token.attributes.count * token.attributes.count
    var alike = 0
    var first = 0
    var place = formatting.count - 1
    while place >= 0, let other = formatting[place].node {
      if formatting[place].tag == tag {
        try countWork(comparison)
        if hasSameAttributes(node, other) { (alike, first) = (alike + 1, place) }
      }
      place -= 1
    }
    if alike >= 3 { formatting.remove(at: first) }
    formatting.append(FormattingEntry(node: node, tag: tag))
  }

  private func hasSameAttributes(_ node: xmlNodePtr, _ other: xmlNodePtr) -> Bool {
    var count = 0
    var next = node.pointee.properties
    while let attribute = next {
      guard let same = self.attribute(attribute.pointee.name, of: other),
        xmlStrEqual(attribute.pointee.children?.pointee.content, same.pointee.children?.pointee.content) == 1
      else { return false }
      count += 1
      next = attribute.pointee.next
    }
    next = other.pointee.properties
    while let attribute = next {
      count -= 1
      next = attribute.pointee.next
    }
    return count == 0
  }

  mutating func addMarker() { formatting.append(FormattingEntry(node: nil, tag: .other)) }

  mutating func clearFormattingToMarker() {
    while let last = formatting.popLast(), last.node != nil {}
  }
}
