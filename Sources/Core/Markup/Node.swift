import CXML2

/// An element of a document.
public struct Node {
  let pointer: xmlNodePtr
  /// Holds the tree that `pointer` points into.
  let document: Document

  init(_ pointer: xmlNodePtr, of document: Document) {
    self.pointer = pointer
    self.document = document
  }

  /// The element's name; in HTML in lower case.
  public var name: String { String(cString: pointer.pointee.name) }

  /// The attribute's value as it stands, character references decoded; nil when the element has no such attribute.
  public func attribute(_ name: String) -> String? {
    guard let value = xmlGetProp(pointer, name) else { return nil }
    defer { xml_free(value) }
    return String(cString: value)
  }

  /// Whether the word is among the element's classes.
  public func hasClass(_ token: String) -> Bool {
    attribute("class")?.split(whereSeparator: \.isWhitespace).contains { $0 == token } ?? false
  }

  /// The elements that the expression selects, seen from here, in the order of the document. `.//p` looks below this
  /// element; `//p` looks in the whole document.
  public func nodes(_ path: XPath) throws(MarkupError) -> [Node] { try document.evaluate(path, from: pointer) }

  /// The first element that the expression selects.
  public func first(_ path: XPath) throws(MarkupError) -> Node? { try nodes(path).first }
}
