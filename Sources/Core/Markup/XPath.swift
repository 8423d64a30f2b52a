import CXML2

/// A compiled XPath 1.0 expression that selects elements. It can be used on many nodes of many documents.
///
/// Not Sendable: libxml2 caches the functions that it has looked up in the compiled expression.
public final class XPath {
  public let expression: String
  let compiled: xmlXPathCompExprPtr

  /// - Throws: `expression` if the expression is invalid.
  public init(_ expression: String) throws(MarkupError) {
    prepareLibrary()
    let context = try check(xmlXPathNewContext(nil), .outOfMemory, "XPath context")
    defer { xmlXPathFreeContext(context) }
    self.expression = expression
    compiled = try check(
      xmlXPathCtxtCompile(context, expression), .expression, "XPath \(expression)", reason: context.pointee.lastError)
  }

  deinit { xmlXPathFreeCompExpr(compiled) }

  /// Returns a predicate for elements that have the class `token`. A class attribute is a list of words
  /// (https://html.spec.whatwg.org/#classes): `panel` must match the class `panel default` but not `panel-body`.
  public static func hasClass(_ token: String) -> String {
    // The first test is cheap and rules out most elements.
    "(contains(@class, '\(token)') and contains(concat(' ', normalize-space(@class), ' '), ' \(token) '))"
  }
}
