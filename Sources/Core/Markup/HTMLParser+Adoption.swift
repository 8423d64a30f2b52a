import CXML2

/// Misnested formatting such as `<b><p></b></p>` (https://html.spec.whatwg.org/#adoption-agency-algorithm).
extension HTMLParser {
  /// Closes a formatting element. Blocks that were opened within it stay open, with their content formatted.
  mutating func closeFormatting(_ tag: Tag) throws(MarkupError) {
    let top = current
    if top.tag == tag, !formatting.contains(where: { $0.node == top.node }) {
      stack.removeLast()
      return
    }
    for _ in 0..<8 where try !adopt(tag) { return }
  }

  /// One round of the algorithm.
  /// - Returns: false if nothing is left to do.
  private mutating func adopt(_ tag: Tag) throws(MarkupError) -> Bool {
    guard let entry = lastFormatting(tag), let element = formatting[entry].node else {
      closeOther(tag)
      return false
    }
    guard let place = stack.lastIndex(where: { $0.node == element }) else {
      formatting.remove(at: entry)
      return false
    }
    guard stack[(place + 1)...].allSatisfy({ !$0.rules.contains(.scope) }) else { return false }
    guard let block = stack[(place + 1)...].firstIndex(where: { $0.rules.contains(.special) }), place > 0 else {
      stack.removeSubrange(place...)
      formatting.remove(at: entry)
      return false
    }
    try moveBlock(at: block, outOf: element, at: place)
    return true
  }

  func lastFormatting(_ tag: Tag) -> Int? {
    var place = formatting.count - 1
    while place >= 0, formatting[place].node != nil {
      if formatting[place].tag == tag { return place }
      place -= 1
    }
    return nil
  }

  private mutating func moveBlock(at place: Int, outOf element: xmlNodePtr, at bottom: Int) throws(MarkupError) {
    let block = stack[place]
    let ancestor = stack[bottom - 1]
    var last = block.node
    var bookmark = formatting.firstIndex { $0.node == element } ?? 0
    var position = place
    var round = 0
    while position - 1 > bottom {
      position -= 1
      round += 1
      let open = stack[position]
      var entry = formatting.firstIndex { $0.node == open.node }
      if round > 3, let found = entry {
        formatting.remove(at: found)
        if found < bookmark { bookmark -= 1 }
        entry = nil
      }
      guard let entry else {
        stack.remove(at: position)
        continue
      }
      let copy = try copyElement(open.node)
      formatting[entry].node = copy
      stack[position] = OpenElement(node: copy, tag: open.tag, rules: open.rules)
      if last == block.node { bookmark = entry + 1 }
      unlink(last)
      append(last, to: copy)
      last = copy
    }
    unlink(last)
    isFostering = ancestor.rules.contains(.fosters)
    insert(last, under: ancestor)
    isFostering = false
    let copy = try copyElement(element)
    moveChildren(of: block.node, to: copy)
    append(copy, to: block.node)
    replace(element, with: copy, at: bookmark, above: block.node)
  }

  private mutating func replace(
    _ element: xmlNodePtr, with copy: xmlNodePtr, at bookmark: Int, above block: xmlNodePtr
  ) {
    guard let entry = formatting.firstIndex(where: { $0.node == element }),
      let place = stack.firstIndex(where: { $0.node == element })
    else { return }
    let tag = formatting[entry].tag
    formatting.remove(at: entry)
    formatting.insert(
      FormattingEntry(node: copy, tag: tag), at: min(entry < bookmark ? bookmark - 1 : bookmark, formatting.count))
    let open = stack.remove(at: place)
    guard let below = stack.firstIndex(where: { $0.node == block }) else { return }
    stack.insert(OpenElement(node: copy, tag: tag, rules: open.rules), at: below + 1)
  }
}
