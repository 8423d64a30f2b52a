import Foundation
import Markup

/// Parses HTML: a whole document, or a fragment, which the parser completes.
func makeDocument(_ html: String, charset: String? = nil) throws -> Document {
  try Document(html: Data(html.utf8), charset: charset)
}

/// Parses HTML as the content of a `<body>` and returns the first element that the expression selects.
func makeNode(_ html: String, _ path: String = "//*[@id='x']") throws -> Node {
  let document = try makeDocument("<!DOCTYPE html><html><head><title>t</title></head><body>\(html)</body></html>")
  guard let node = try document.first(XPath(path)) else { throw NoSuchNode() }
  return node
}

struct NoSuchNode: Error {}

extension Document {
  /// The outermost element; nil if there is none.
  var root: Node? {
    get throws { try first(XPath("/*")) }
  }
}
