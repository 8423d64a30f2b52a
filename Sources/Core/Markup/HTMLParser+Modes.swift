import CXML2

/// Tags by the insertion mode (https://html.spec.whatwg.org/#parsing-main-inhtml).
extension HTMLParser {
  mutating func startTag(_ tag: Tag) throws(MarkupError) {
    try countWork(stack.count + formatting.count)
    if isInForeignContent, try startForeign(tag) { return }
    switch mode {
    case .beforeHead: try startBeforeHead(tag)
    case .inHead: try startInHead(tag)
    case .afterHead: try startAfterHead(tag)
    case .inBody: try startInBody(tag)
    case .inTable: try startInTable(tag)
    case .inCaption: try startInCaption(tag)
    case .inColumnGroup: try startInColumnGroup(tag)
    case .inTableBody: try startInTableBody(tag)
    case .inRow: try startInRow(tag)
    case .inCell: try startInCell(tag)
    }
  }

  mutating func endTag(_ tag: Tag) throws(MarkupError) {
    try countWork(stack.count + formatting.count)
    if current.tag == .foreign, endForeign(tag) { return }
    switch mode {
    case .beforeHead, .inHead, .afterHead: try endAroundHead(tag)
    case .inBody: try endInBody(tag)
    case .inTable: try endInTable(tag)
    case .inCaption: try endInCaption(tag)
    case .inColumnGroup: try endInColumnGroup(tag)
    case .inTableBody: try endInTableBody(tag)
    case .inRow: try endInRow(tag)
    case .inCell: try endInCell(tag)
    }
  }

  private mutating func startBeforeHead(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .html: try addMissingAttributes(to: stack[0].node)
    case .head:
      head = try insertElement(.head)
      mode = .inHead
    default:
      head = try insertElement(.head, attributes: false)
      mode = .inHead
      try startInHead(tag)
    }
  }

  private mutating func startInHead(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .html: try addMissingAttributes(to: stack[0].node)
    case .head: break
    case .noscript: try insertRawText(tag)
    case _ where table.rules[Int(tag.rawValue)].contains(.head): try startMetadata(tag)
    default:
      stack.removeLast()
      mode = .afterHead
      try startAfterHead(tag)
    }
  }

  private mutating func startAfterHead(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .html: try addMissingAttributes(to: stack[0].node)
    case .head, .frame, .frameset: break
    case .body:
      try insertElement(.body)
      mode = .inBody
    case _ where table.rules[Int(tag.rawValue)].contains(.head):
      guard let head else { return }
      stack.append(OpenElement(node: head, tag: .head, rules: table.rules[Int(Tag.head.rawValue)]))
      try startMetadata(tag)
      stack.removeLast()
    default:
      try openBody()
      try startTag(tag)
    }
  }

  /// An element that belongs into the head, wherever it is.
  mutating func startMetadata(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .title, .style, .script, .noframes: try insertRawText(tag)
    case .template:
      try insertLeaf(tag)
      templateDepth = 1
    default: try insertLeaf(tag)
    }
  }

  private mutating func endAroundHead(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .head:
      if mode == .beforeHead { head = try insertElement(.head, attributes: false) }
      if current.tag == .head { stack.removeLast() }
      mode = .afterHead
    case .body, .html: try openBody()
    case .br:
      try openBody()
      try endInBody(tag)
    default: break
    }
  }
}
