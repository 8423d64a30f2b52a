import CXML2

/// Tables, captions and column groups (https://html.spec.whatwg.org/#parsing-main-intable).
extension HTMLParser {
  mutating func startInTable(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .caption:
      clear(to: .table)
      addMarker()
      try insertElement(tag)
      mode = .inCaption
    case .colgroup:
      clear(to: .table)
      try insertElement(tag)
      mode = .inColumnGroup
    case .col:
      clear(to: .table)
      try insertElement(.colgroup, attributes: false)
      mode = .inColumnGroup
      try startInColumnGroup(tag)
    case .tbody, .tfoot, .thead:
      clear(to: .table)
      try insertElement(tag)
      mode = .inTableBody
    case .td, .th, .tr:
      clear(to: .table)
      try insertElement(.tbody, attributes: false)
      mode = .inTableBody
      try startInTableBody(tag)
    case .table:
      guard isInScope(.table, .tableScope) else { return }
      close(through: .table)
      resetMode()
      try startTag(tag)
    case .style, .script, .template: try startMetadata(tag)
    case .input where isHiddenInput: try insertLeaf(tag)
    case .form:
      guard form == nil else { return }
      form = try insertLeaf(tag)
    default:
      isFostering = true
      try startInBody(tag)
      isFostering = false
    }
  }

  private var isHiddenInput: Bool {
    token.attributes.contains {
      $0.nameLength == 4 && isNext("type", at: $0.nameStart) && $0.valueLength == 6
        && isNext("hidden", at: $0.valueStart)
    }
  }

  mutating func endInTable(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .table:
      guard isInScope(.table, .tableScope) else { return }
      close(through: .table)
      resetMode()
    case .body, .caption, .col, .colgroup, .html, .tbody, .td, .tfoot, .th, .thead, .tr, .template: break
    default:
      isFostering = true
      try endInBody(tag)
      isFostering = false
    }
  }

  mutating func startInCaption(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .caption, .col, .colgroup, .tbody, .td, .tfoot, .th, .thead, .tr: if closeCaption() { try startInTable(tag) }
    default: try startInBody(tag)
    }
  }

  mutating func endInCaption(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .caption: _ = closeCaption()
    case .table: if closeCaption() { try endInTable(tag) }
    case .body, .col, .colgroup, .html, .tbody, .td, .tfoot, .th, .thead, .tr: break
    default: try endInBody(tag)
    }
  }

  private mutating func closeCaption() -> Bool {
    guard isInScope(.caption, .tableScope) else { return false }
    closeImplied()
    close(through: .caption)
    clearFormattingToMarker()
    mode = .inTable
    return true
  }

  mutating func startInColumnGroup(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .col: try insertLeaf(tag)
    case .html: try addMissingAttributes(to: stack[0].node)
    case .template: try startMetadata(tag)
    default: if closeColumnGroup() { try startInTable(tag) }
    }
  }

  mutating func endInColumnGroup(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .colgroup: _ = closeColumnGroup()
    case .col, .template: break
    default: if closeColumnGroup() { try endInTable(tag) }
    }
  }

  private mutating func closeColumnGroup() -> Bool {
    guard current.tag == .colgroup else { return false }
    stack.removeLast()
    mode = .inTable
    return true
  }
}
