import CXML2

/// End tags in the body (https://html.spec.whatwg.org/#parsing-main-inbody).
extension HTMLParser {
  mutating func endInBody(_ tag: Tag) throws(MarkupError) {
    let rules = table.rules[Int(tag.rawValue)]
    if rules.contains(.blockEnd) {
      guard isInScope(tag) else { return }
      closeImplied()
      close(through: tag)
      return
    }
    if rules.contains(.formatting) { return try closeFormatting(tag) }
    switch tag {
    // What follows the end of the body still belongs to it.
    case .body, .html, .template: break
    case .p:
      if !isInScope(.p, [.scope, .buttonScope]) { try insertElement(.p, attributes: false) }
      closeParagraph()
    case .li:
      guard isInScope(.li, [.scope, .listItemScope]) else { return }
      closeImplied(except: .li)
      close(through: .li)
    case .dd, .dt:
      guard isInScope(tag) else { return }
      closeImplied(except: tag)
      close(through: tag)
    case .h1, .h2, .h3, .h4, .h5, .h6:
      let isHeading = { (tag: Tag) in tag.rawValue >= Tag.h1.rawValue && tag.rawValue <= Tag.h6.rawValue }
      guard isInScope(.scope, isHeading) else { return }
      closeImplied()
      close(through: isHeading)
    case .form: endForm()
    case .applet, .marquee, .object:
      guard isInScope(tag) else { return }
      closeImplied()
      close(through: tag)
      clearFormattingToMarker()
    case .br:
      try reopenFormatting()
      try insertLeaf(.br, attributes: false)
    default: closeOther(tag)
    }
  }

  private mutating func endForm() {
    guard let node = form else { return }
    form = nil
    guard isInScope(.form) else { return }
    closeImplied()
    // What was opened within the form and not closed stays open.
    stack.removeAll { $0.node == node }
  }

  /// Closes the innermost element of the name, unless a special element is open in it.
  mutating func closeOther(_ tag: Tag) {
    var place = stack.count - 1
    while place > 0 {
      let element = stack[place]
      if element.tag == tag, tag != .other || hasTokenName(element.node) {
        stack.removeSubrange(place...)
        return
      }
      if element.rules.contains(.special) { return }
      place -= 1
    }
  }

  /// Tests for the name of the current tag, in any case.
  func hasTokenName(_ node: xmlNodePtr) -> Bool {
    guard let name = node.pointee.name else { return false }
    for offset in 0..<token.nameLength
    where name[offset] != Self.lowercased(source[token.nameStart + offset]) { return false }
    return name[token.nameLength] == 0
  }
}
