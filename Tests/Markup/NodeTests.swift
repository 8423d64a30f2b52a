import Foundation
import Markup
import Testing

struct NodeTests {
  @Test("Attributes are decoded; a missing one is nil")
  func attributes() throws {
    let node = try makeNode("<a id=x class=\"\" href='?a=1&amp;b=2&c=%20'>go</a>")
    #expect(node.name == "a")
    #expect(node.attribute("href") == "?a=1&b=2&c=%20")
    #expect(node.attribute("class") == "")
    #expect(node.attribute("rel") == nil)
  }

  @Test(
    "A class is a word in the class attribute",
    arguments: [
      ("panel panel-default", true), ("  x\n panel\t", true), ("panel", true),
      ("panel-default", false), ("", false), ("subpanel", false), ("Panel", false),
    ])
  func classes(value: String, has: Bool) throws {
    let node = try makeNode("<div id=x class=\"\(value)\">x</div>")
    #expect(try node.nodes(XPath("self::*[\(XPath.hasClass("panel"))]")).count == (has ? 1 : 0))
  }

  @Test("An element without a class attribute has no class")
  func noClass() throws {
    #expect(try makeNode("<p id=x>x</p>").nodes(XPath("self::*[\(XPath.hasClass("panel"))]")).isEmpty)
  }

  @Test("A relative expression searches below its node, an absolute one the whole document")
  func relative() throws {
    let document = try makeDocument("<div><p>1</p></div><div id=x><p>2</p><p>3</p></div>")
    let node = try #require(try document.first(XPath("//div[@id='x']")))
    #expect(try node.nodes(XPath(".//p")).map(\.text) == ["2", "3"])
    #expect(try node.nodes(XPath("//p")).map(\.text) == ["1", "2", "3"])
    #expect(try node.first(XPath("preceding-sibling::div"))?.text == "1")
    #expect(try node.first(XPath(".//span"))?.text == nil)
  }

  @Test("Nodes are returned in document order, each once")
  func order() throws {
    let document = try makeDocument("<i>1</i><b>2</b><i>3</i><b>4</b>")
    #expect(try document.nodes(XPath("//b | //i | //b")).map(\.text) == ["1", "2", "3", "4"])
  }

  @Test("A node keeps its document alive")
  func lifetime() throws {
    func orphan() throws -> [Node] {
      try makeDocument("<ul>" + (0..<200).map { "<li>\($0)</li>" }.joined() + "</ul>").nodes(XPath("//li"))
    }
    let nodes = try orphan()
    #expect(nodes.map(\.text) == (0..<200).map(String.init))
    #expect(try nodes.last?.nodes(XPath("preceding-sibling::li")).count == 199)
  }
}
