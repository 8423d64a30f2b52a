import FoundationEssentials

/// An element of S3's XML. This small reader saves the functions from linking an XML parser for a page of keys. It reads
/// elements, text, CDATA and references, skips attributes and drops namespace prefixes.
package struct XMLElement: Equatable {
  package let name: String
  /// The text directly in the element, with references resolved.
  package internal(set) var text = ""
  package internal(set) var children: [XMLElement] = []

  /// The text of the first child with a name.
  package subscript(name: String) -> String? { children.first { $0.name == name }?.text }

  /// Reads a document. Returns nil if it is malformed, truncated, or deeper than 32 elements.
  package init?(_ document: Data) {
    var scanner = XMLScanner(bytes: Array(document))
    guard let root = scanner.root() else { return nil }
    self = root
  }

  init(name: String) { self.name = name }
}
