import CXML2

/// SVG and MathML (https://html.spec.whatwg.org/#parsing-main-inforeign).
extension HTMLParser {
  /// True within SVG and MathML, except in their elements that hold HTML or text.
  var isInForeignContent: Bool {
    guard let last = stack.last, last.tag == .foreign else { return false }
    return !last.rules.contains(.scope)
  }

  mutating func insertForeign() throws(MarkupError) {
    let htmlTag = token.tag
    let node = try insertLeaf(htmlTag)
    guard !token.isSelfClosing else { return }
    // Elements that hold HTML end scopes, as a table's cells do.
    let holdsHTML =
      switch htmlTag {
      case .foreignobject, .desc, .title, .mi, .mo, .mn, .ms, .mtext: true
      default: isAnnotationOfHTML
      }
    stack.append(OpenElement(node: node, tag: .foreign, rules: holdsHTML ? [.scope, .special] : []))
    guard stack.count <= Self.maximumDepth else {
      throw MarkupError(.malformed, "the page has more than \(Self.maximumDepth) elements within each other")
    }
  }

  private var isAnnotationOfHTML: Bool {
    token.nameLength == 14 && isNext("annotation-xml", at: token.nameStart)
      && token.attributes.contains {
        $0.nameLength == 8 && isNext("encoding", at: $0.nameStart)
          && ($0.valueLength == 9 && isNext("text/html", at: $0.valueStart)
            || $0.valueLength == 21 && isNext("application/xhtml+xml", at: $0.valueStart))
      }
  }

  /// - Returns: false if the tag ends the foreign content, so that the rules of HTML apply.
  mutating func startForeign(_ tag: Tag) throws(MarkupError) -> Bool {
    let isBreakout =
      table.rules[Int(tag.rawValue)].contains(.breakout)
      || tag == .font && token.attributes.contains { isFontAttribute($0) }
    guard isBreakout else {
      try insertForeign()
      return true
    }
    leaveForeign()
    return false
  }

  private func isFontAttribute(_ attribute: AttributeSpan) -> Bool {
    attribute.nameLength == 5 && isNext("color", at: attribute.nameStart)
      || attribute.nameLength == 4
        && (isNext("face", at: attribute.nameStart) || isNext("size", at: attribute.nameStart))
  }

  private mutating func leaveForeign() { while isInForeignContent { stack.removeLast() } }

  /// - Returns: false if the end tag is of an element of HTML around the foreign content.
  mutating func endForeign(_ tag: Tag) -> Bool {
    if tag == .br || tag == .p {
      leaveForeign()
      return false
    }
    var place = stack.count - 1
    while place > 0, stack[place].tag == .foreign {
      if hasTokenName(stack[place].node) {
        stack.removeSubrange(place...)
        return true
      }
      place -= 1
    }
    return false
  }
}
