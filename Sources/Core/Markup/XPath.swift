import CXML2

/// An XPath 1.0 expression that selects elements, compiled once for use on many nodes of many documents.
///
/// Not Sendable: libxml2 notes the functions that it has looked up inside the compiled expression.
public final class XPath {
  public let expression: String
  let compiled: xmlXPathCompExprPtr

  public init(_ expression: String) throws(MarkupError) {
    prepareLibrary()
    let context = try check(xmlXPathNewContext(nil), .outOfMemory, "XPath context")
    defer { xmlXPathFreeContext(context) }
    self.expression = expression
    compiled = try check(
      xmlXPathCtxtCompile(context, expression), .expression, "XPath \(expression)", reason: context.pointee.lastError)
  }

  deinit { xmlXPathFreeCompExpr(compiled) }

  /// A predicate that holds for elements that have `token` among their classes: a class attribute is a list of words
  /// (https://html.spec.whatwg.org/#classes), so `panel` must match neither `panel-body` nor only a lone `panel`.
  public static func hasClass(_ token: String) -> String {
    // The first test is cheap, and spares most elements the second.
    "(contains(@class, '\(token)') and contains(concat(' ', normalize-space(@class), ' '), ' \(token) '))"
  }
}
