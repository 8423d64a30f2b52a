import Foundation
import Markup

/// A document of the given HTML, or of a `<body>` around it.
func makeDocument(_ html: String, charset: String? = nil) throws -> Document {
  try Document(html: Data(html.utf8), charset: charset)
}

func makeNode(_ html: String, _ path: String = "//*[@id='x']") throws -> Node {
  let document = try makeDocument("<!DOCTYPE html><html><head><title>t</title></head><body>\(html)</body></html>")
  guard let node = try document.first(XPath(path)) else { throw Missing() }
  return node
}

struct Missing: Error {}
