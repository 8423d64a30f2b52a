import CXML2

extension Node {
  /// The way on from an element that a walk has visited.
  public enum Step: Sendable {
    /// Visit the elements below it, then the ones after it.
    case into
    /// Leave out the elements below it.
    case over
    /// End the walk.
    case stop
  }

  /// Visits the elements below this one in document order, each once: a walk takes linear time, which XPath's axes do not.
  public func walk<Failure: Error>(_ visit: (Node) throws(Failure) -> Step) throws(Failure) {
    var next = pointer.pointee.children
    while let current = next {
      var step = Step.over
      if current.pointee.type == XML_ELEMENT_NODE { step = try visit(Node(current, of: document)) }
      switch step {
      case .stop: return
      // Only elements have children in the tree: an entity reference points to its declaration.
      case .into: next = current.pointee.children ?? after(current)
      case .over: next = after(current)
      }
    }
  }

  /// Visits the elements directly below this one, in document order.
  public func walkChildren<Failure: Error>(_ visit: (Node) throws(Failure) -> Void) throws(Failure) {
    try walk { (node) throws(Failure) in
      try visit(node)
      return .over
    }
  }

  /// True if the element has the name, which is in lower case for HTML.
  public func isNamed(_ name: StaticString) -> Bool { isEqual(pointer.pointee.name, name) }

  /// True if the element is this one or below it.
  public func contains(_ other: Node) -> Bool {
    var next: xmlNodePtr? = other.pointer
    while let current = next {
      if current == pointer { return true }
      next = current.pointee.parent
    }
    return false
  }

  /// True if an element follows this one in the document, outside of it.
  public var isFollowed: Bool {
    var next: xmlNodePtr? = pointer
    while let current = next {
      var sibling = current.pointee.next
      while let found = sibling {
        if found.pointee.type == XML_ELEMENT_NODE { return true }
        sibling = found.pointee.next
      }
      next = current.pointee.parent
    }
    return false
  }

  /// Returns the names of the list that are in the element's class attribute, a list of words
  /// (https://html.spec.whatwg.org/#classes).
  public func classes(among names: ClassNames) -> ClassNames.Found {
    var property = pointer.pointee.properties
    while let attribute = property {
      if isEqual(attribute.pointee.name, "class") {
        guard let value = attribute.pointee.children, value.pointee.next == nil else {
          return names.found(in: self.attribute("class") ?? "")
        }
        return value.pointee.content.map { names.found(in: $0) } ?? []
      }
      property = attribute.pointee.next
    }
    return []
  }

  /// Returns the next node after `node` and its children; nil at the end of this element.
  private func after(_ node: xmlNodePtr) -> xmlNodePtr? {
    var node = node
    while node != pointer {
      if let sibling = node.pointee.next { return sibling }
      guard let parent = node.pointee.parent else { return nil }
      node = parent
    }
    return nil
  }
}

/// Compares a name of the tree. Names are short, and nearly all differ in their first byte.
private func isEqual(_ text: UnsafePointer<UInt8>?, _ name: StaticString) -> Bool {
  guard let text else { return false }
  for index in 0..<name.utf8CodeUnitCount where text[index] != name.utf8Start[index] { return false }
  return text[name.utf8CodeUnitCount] == 0
}

extension ClassNames {
  /// The same for a class attribute that is one text of the tree: it is read in place, because most elements have a class.
  fileprivate func found(in value: UnsafePointer<UInt8>) -> Found {
    var found: Found = []
    var start = value
    var end = value
    while true {
      if end.pointee == 0 || isSpace(end.pointee) {
        if end > start { found.formUnion(find(UnsafeBufferPointer(start: start, count: end - start))) }
        if end.pointee == 0 { return found }
        start = end + 1
      }
      end += 1
    }
  }
}
