import FoundationEssentials

/// An element of the XML that S3 answers with. A reader of a few lines, so that no function links a parser for a page of
/// keys: elements, text, CDATA and references; attributes are skipped, namespace prefixes dropped.
struct XMLElement: Equatable {
  let name: String
  /// Its own text, references resolved.
  var text = ""
  var children: [XMLElement] = []

  /// The text of the first child of that name.
  subscript(name: String) -> String? { children.first { $0.name == name }?.text }

  /// Nil when the document is malformed, cut off, or deeper than 32 elements.
  init?(_ document: Data) {
    var scanner = XMLScanner(bytes: Array(document))
    guard let root = scanner.root() else { return nil }
    self = root
  }

  init(name: String) { self.name = name }
}
