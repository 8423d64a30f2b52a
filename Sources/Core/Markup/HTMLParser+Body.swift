import CXML2

/// Start tags in the body (https://html.spec.whatwg.org/#parsing-main-inbody).
extension HTMLParser {
  mutating func startInBody(_ tag: Tag) throws(MarkupError) {
    let rules = table.rules[Int(tag.rawValue)]
    if rules.contains(.head) { return try startMetadata(tag) }
    if rules.contains(.closesParagraph), tag != .listing, tag != .pre {
      closeParagraph()
      try insertElement(tag)
      return
    }
    if rules.contains(.formatting) { return try startFormatting(tag) }
    switch tag {
    case .html: try addMissingAttributes(to: stack[0].node)
    case .body: if stack.count > 1, stack[1].tag == .body { try addMissingAttributes(to: stack[1].node) }
    case .h1, .h2, .h3, .h4, .h5, .h6:
      closeParagraph()
      if current.rules.contains(.heading) { stack.removeLast() }
      try insertElement(tag)
    case .pre, .listing:
      closeParagraph()
      try insertElement(tag)
    case .form:
      guard form == nil else { return }
      closeParagraph()
      form = try insertElement(tag)
    case .li, .dd, .dt: try startItem(tag)
    case .plaintext:
      closeParagraph()
      try insertElement(tag)
      if count > index {
        pendingText.append(contentsOf: UnsafeBufferPointer(start: source + index, count: count - index))
      }
      index = count
    case .button:
      if isInScope(.button) {
        closeImplied()
        close(through: .button)
      }
      try reopenFormatting()
      try insertElement(tag)
    case .applet, .marquee, .object:
      try reopenFormatting()
      try insertElement(tag)
      addMarker()
    case .table:
      if !isQuirky { closeParagraph() }
      try insertElement(tag)
      mode = .inTable
    case .caption, .col, .colgroup, .frame, .frameset, .head, .tbody, .td, .tfoot, .th, .thead, .tr: break
    case .math, .svg:
      try reopenFormatting()
      try insertForeign()
    default: try startPhrasing(tag, rules)
    }
  }

  private mutating func startItem(_ tag: Tag) throws(MarkupError) {
    for element in stack.reversed() {
      if element.tag == tag || tag != .li && (element.tag == .dd || element.tag == .dt) {
        closeImplied(except: element.tag)
        close(through: element.tag)
        break
      }
      if element.rules.contains(.special), element.tag != .address, element.tag != .div, element.tag != .p { break }
    }
    closeParagraph()
    try insertElement(tag)
  }

  private mutating func startFormatting(_ tag: Tag) throws(MarkupError) {
    if tag == .a, let entry = lastFormatting(.a), let node = formatting[entry].node {
      try closeFormatting(.a)
      formatting.removeAll { $0.node == node }
      stack.removeAll { $0.node == node }
    }
    try reopenFormatting()
    if tag == .nobr, isInScope(.nobr) {
      try closeFormatting(.nobr)
      try reopenFormatting()
    }
    try addFormatting(try insertElement(tag), tag)
  }

  private mutating func startPhrasing(_ tag: Tag, _ rules: TagRules) throws(MarkupError) {
    switch tag {
    case .hr:
      closeParagraph()
      if isInScope(.select) { closeImplied() }
      try insertLeaf(tag)
    case .param, .source, .track: try insertLeaf(tag)
    case .image:
      try reopenFormatting()
      try insertLeaf(.img)
    case .xmp:
      closeParagraph()
      try reopenFormatting()
      try insertRawText(tag)
    case .iframe, .noembed, .noscript, .textarea: try insertRawText(tag)
    case .select where isInScope(.select): close(through: .select)
    case .option, .optgroup:
      if isInScope(.select) {
        closeImplied(except: tag == .option ? .optgroup : nil)
      } else if current.tag == .option {
        stack.removeLast()
      }
      try reopenFormatting()
      try insertElement(tag)
    case .rb, .rtc, .rp, .rt:
      if isInScope(.ruby) { closeImplied(except: tag == .rp || tag == .rt ? .rtc : nil) }
      try insertElement(tag)
    default:
      if tag == .input, isInScope(.select) { close(through: .select) }
      try reopenFormatting()
      if rules.contains(.void) { try insertLeaf(tag) } else { try insertElement(tag) }
    }
  }
}
