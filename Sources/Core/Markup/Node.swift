import CXML2
import Glibc

/// An element of a document.
public struct Node {
  let pointer: xmlNodePtr
  /// Holds the tree that `pointer` points into.
  let document: Document

  init(_ pointer: xmlNodePtr, of document: Document) {
    self.pointer = pointer
    self.document = document
  }

  /// The element's name; in lower case for HTML.
  public var name: String { String(cString: pointer.pointee.name) }

  /// Returns the attribute's value with character references decoded; nil if the element has no such attribute.
  public func attribute(_ name: String) -> String? {
    var next = pointer.pointee.properties
    while let attribute = next {
      guard strcmp(attribute.pointee.name, name) != 0 else {
        return attribute.pointee.children.map { String(cString: $0.pointee.content) } ?? ""
      }
      next = attribute.pointee.next
    }
    return nil
  }

  /// Returns the elements that the expression selects relative to this element, in document order. `.//p` searches below
  /// this element, `//p` the whole document.
  public func nodes(_ path: XPath) throws(MarkupError) -> [Node] { try document.evaluate(path, from: pointer) }

  /// Returns the first element that the expression selects; nil if there is none.
  public func first(_ path: XPath) throws(MarkupError) -> Node? { try nodes(path).first }
}
