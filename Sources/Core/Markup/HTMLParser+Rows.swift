import CXML2

/// Table bodies, rows and cells (https://html.spec.whatwg.org/#parsing-main-intbody).
extension HTMLParser {
  mutating func startInTableBody(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .tr:
      clear(to: .tbody, .tfoot, .thead)
      try insertElement(tag)
      mode = .inRow
    case .td, .th:
      clear(to: .tbody, .tfoot, .thead)
      try insertElement(.tr, attributes: false)
      mode = .inRow
      try startInRow(tag)
    case .caption, .col, .colgroup, .tbody, .tfoot, .thead: if closeTableBody() { try startInTable(tag) }
    default: try startInTable(tag)
    }
  }

  mutating func endInTableBody(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .tbody, .tfoot, .thead: if isInScope(tag, .tableScope) { _ = closeTableBody() }
    case .table: if closeTableBody() { try endInTable(tag) }
    case .body, .caption, .col, .colgroup, .html, .td, .th, .tr: break
    default: try endInTable(tag)
    }
  }

  private mutating func closeTableBody() -> Bool {
    guard isInScope(.tableScope, { $0 == .tbody || $0 == .thead || $0 == .tfoot }) else { return false }
    clear(to: .tbody, .tfoot, .thead)
    stack.removeLast()
    mode = .inTable
    return true
  }

  mutating func startInRow(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .td, .th:
      clear(to: .tr)
      try insertElement(tag)
      mode = .inCell
      addMarker()
    case .caption, .col, .colgroup, .tbody, .tfoot, .thead, .tr: if closeRow() { try startInTableBody(tag) }
    default: try startInTable(tag)
    }
  }

  mutating func endInRow(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .tr: _ = closeRow()
    case .table: if closeRow() { try endInTableBody(tag) }
    case .tbody, .tfoot, .thead: if isInScope(tag, .tableScope), closeRow() { try endInTableBody(tag) }
    case .body, .caption, .col, .colgroup, .html, .td, .th: break
    default: try endInTable(tag)
    }
  }

  private mutating func closeRow() -> Bool {
    guard isInScope(.tr, .tableScope) else { return false }
    clear(to: .tr)
    stack.removeLast()
    mode = .inTableBody
    return true
  }

  mutating func startInCell(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .caption, .col, .colgroup, .tbody, .td, .tfoot, .th, .thead, .tr:
      guard isInScope(.tableScope, { $0 == .td || $0 == .th }) else { return }
      closeCell()
      try startInRow(tag)
    default: try startInBody(tag)
    }
  }

  mutating func endInCell(_ tag: Tag) throws(MarkupError) {
    switch tag {
    case .td, .th:
      guard isInScope(tag, .tableScope) else { return }
      closeImplied()
      close(through: tag)
      clearFormattingToMarker()
      mode = .inRow
    case .body, .caption, .col, .colgroup, .html: break
    case .table, .tbody, .tfoot, .thead, .tr:
      guard isInScope(tag, .tableScope) else { return }
      closeCell()
      try endInRow(tag)
    default: try endInBody(tag)
    }
  }

  private mutating func closeCell() {
    closeImplied()
    close { $0 == .td || $0 == .th }
    clearFormattingToMarker()
    mode = .inRow
  }
}
