import CXML2
import Glibc

/// Nodes and where they go (https://html.spec.whatwg.org/#creating-and-inserting-nodes).
extension HTMLParser {
  /// Inserts an element where the next content belongs, and opens it.
  /// - Parameter attributes: false for an element that the page only implies.
  @discardableResult
  mutating func insertElement(_ tag: Tag, attributes: Bool = true) throws(MarkupError) -> xmlNodePtr {
    let node = try insertLeaf(tag, attributes: attributes)
    stack.append(OpenElement(node: node, tag: tag, rules: table.rules[Int(tag.rawValue)]))
    guard stack.count <= Self.maximumDepth else {
      throw MarkupError(.malformed, "the page has more than \(Self.maximumDepth) elements within each other")
    }
    return node
  }

  /// Inserts an element that is not opened.
  @discardableResult
  mutating func insertLeaf(_ tag: Tag, attributes: Bool = true) throws(MarkupError) -> xmlNodePtr {
    let node = try makeElement(tag, attributes: attributes)
    if stack.isEmpty {
      append(node, to: UnsafeMutableRawPointer(document).assumingMemoryBound(to: xmlNode.self))
    } else {
      insert(node, under: nil)
    }
    return node
  }

  /// Inserts an element whose content is text.
  mutating func insertRawText(_ tag: Tag) throws(MarkupError) {
    let node = try insertLeaf(tag)
    let content = readRawText()
    guard !content.isEmpty else { return }
    if tag == .title || tag == .textarea {
      var text: [UInt8] = []
      CharacterReferences.append(content, isAttribute: false, to: &text)
      append(text.withUnsafeBufferPointer { arena.makeText(arena.copy($0), in: document) }, to: node)
    } else {
      append(arena.makeText(arena.copy(content), in: document), to: node)
    }
  }

  private mutating func makeElement(_ tag: Tag, attributes: Bool) throws(MarkupError) -> xmlNodePtr {
    try countElement()
    let node = arena.makeNode(XML_ELEMENT_NODE, in: document)
    node.pointee.name =
      table.name(of: tag) ?? name(source + token.nameStart, token.nameLength)
    node.pointee._private = ElementClass.pointer(table.rules[Int(tag.rawValue)])
    guard attributes else { return node }
    var last: xmlAttrPtr?
    for span in token.attributes { last = addAttribute(span, to: node, after: last) }
    return node
  }

  private mutating func addAttribute(
    _ span: AttributeSpan, to node: xmlNodePtr, after last: xmlAttrPtr?
  ) -> xmlAttrPtr {
    let name = name(source + span.nameStart, span.nameLength)
    guard span.valueLength > 0 else { return arena.addAttribute(name, nil, to: node, after: last) }
    let value = UnsafeBufferPointer(start: source + span.valueStart, count: span.valueLength)
    if memchr(source + span.valueStart, 0x26, span.valueLength) == nil {
      return arena.addAttribute(name, arena.copy(value), to: node, after: last)
    }
    var decoded: [UInt8] = []
    CharacterReferences.append(value, isAttribute: true, to: &decoded)
    let copy = decoded.withUnsafeBufferPointer { arena.copy($0) }
    return arena.addAttribute(name, copy, to: node, after: last)
  }

  /// Adds the attributes of a repeated `<html>` or `<body>` that the element lacks.
  mutating func addMissingAttributes(to node: xmlNodePtr) throws(MarkupError) {
    guard !token.attributes.isEmpty else { return }
    var last = node.pointee.properties
    var count = last == nil ? 0 : 1
    while let next = last?.pointee.next { (last, count) = (next, count + 1) }
    try countWork(count * token.attributes.count)
    for span in token.attributes {
      let name = name(source + span.nameStart, span.nameLength)
      guard attribute(name, of: node) == nil else { continue }
      last = addAttribute(span, to: node, after: last)
      count += 1
      guard count <= Self.maximumAttributes else {
        throw MarkupError(.tooLarge, "an element of more than \(Self.maximumAttributes) attributes")
      }
    }
  }

  /// Returns an attribute of an element.
  func attribute(_ name: UnsafePointer<UInt8>, of node: xmlNodePtr) -> xmlAttrPtr? {
    var next = node.pointee.properties
    while let attribute = next {
      if strcmp(attribute.pointee.name, name) == 0 { return attribute }
      next = attribute.pointee.next
    }
    return nil
  }

  /// Returns a copy of a name in lower case. The last ones are kept, because a page repeats few names.
  private mutating func name(_ start: UnsafePointer<UInt8>, _ length: Int) -> UnsafePointer<UInt8> {
    let slot = (length &* 37 &+ Int(Self.lowercased(start[0])) &* 7 &+ Int(Self.lowercased(start[length - 1]))) & 255
    // From the first byte on, so that the comparison stops at the NUL of a shorter name.
    if let known = names[slot], (0..<length).allSatisfy({ known[$0] == Self.lowercased(start[$0]) }),
      known[length] == 0
    {
      return UnsafePointer(known)
    }
    let copy = arena.copy(UnsafeBufferPointer(start: start, count: length))
    for place in 0..<length { copy[place] = Self.lowercased(copy[place]) }
    names[slot] = copy
    return UnsafePointer(copy)
  }

  /// Makes an element like another one, without its content. The copies of attributes share the values.
  mutating func copyElement(_ node: xmlNodePtr) throws(MarkupError) -> xmlNodePtr {
    try countElement()
    let copy = arena.makeNode(XML_ELEMENT_NODE, in: document)
    copy.pointee.name = node.pointee.name
    copy.pointee._private = node.pointee._private
    var last: xmlAttrPtr?
    var next = node.pointee.properties
    while let attribute = next {
      last = arena.addAttribute(
        attribute.pointee.name, attribute.pointee.children?.pointee.content, to: copy, after: last)
      next = attribute.pointee.next
    }
    return copy
  }
}
