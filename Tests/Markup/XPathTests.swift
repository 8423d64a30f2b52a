import Markup
import Testing

struct XPathTests {
  @Test("A compiled expression can be used on many documents")
  func reuse() throws {
    let path = try XPath("//p[\(XPath.hasClass("a"))]")
    for count in [0, 1, 3, 0, 2] {
      let document = try makeDocument("<div>" + String(repeating: "<p class='b a'>x</p>", count: count) + "</div>")
      #expect(try document.nodes(path).count == count)
    }
  }

  @Test(
    "An invalid expression is refused, and the error names it", arguments: ["//p[", "", "p[@class=']", "//p/", "((1)"])
  func malformed(expression: String) throws {
    let error = #expect(throws: MarkupError.self) { try XPath(expression) }
    #expect(error?.kind == .expression)
    #expect(error?.description.hasPrefix("expression: XPath \(expression)") == true)
  }

  @Test("An unknown function is an error at evaluation and leaves the document usable")
  func unknownFunction() throws {
    let document = try makeDocument("<p>x</p>")
    let error = #expect(throws: MarkupError.self) { try document.nodes(XPath("//p[no-such(.)]")) }
    #expect(error?.kind == .expression)
    #expect(try document.nodes(XPath("//p")).count == 1)
  }

  @Test("Only elements can be selected", arguments: ["count(//p)", "'text'", "true()"])
  func values(expression: String) throws {
    let document = try makeDocument("<p class=a>x</p>")
    let error = #expect(throws: MarkupError.self) { try document.nodes(XPath(expression)) }
    #expect(error?.kind == .expression)
  }

  @Test(
    "Texts, attributes and namespaces are ignored",
    arguments: ["//text()", "//@*", "//namespace::*", "//comment()", "/"])
  func others(expression: String) throws {
    let document = try makeDocument("<p class=a>x<!-- c --></p>")
    #expect(try document.nodes(XPath(expression)).isEmpty)
  }
}
