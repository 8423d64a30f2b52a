import Foundation
import Markup
import Testing

struct XMLTests {
  @Test("XML is parsed with its case, CDATA and encoding")
  func feed() throws {
    let xml = #"<?xml version="1.0" encoding="ISO-8859-1"?><rss><pubDate a='1'>caf"#
    let bytes = Data(xml.utf8) + Data([0xE9]) + Data("<![CDATA[ & <b>]]> &amp;</pubDate></rss>".utf8)
    let document = try Document(xml: bytes)
    #expect(try document.root?.name == "rss")
    let node = try document.first(XPath("//pubDate"))
    #expect(node?.text == "café & <b> &")
    #expect(node?.attribute("a") == "1")
  }

  @Test(
    "XML that is not well-formed is refused, with the line",
    arguments: ["<a>", "<a>\n<b></a>", "text", "<a/><b/>", "<a>&nope;</a>", "<a b=1/>", "<a>\u{1}</a>"])
  func malformed(xml: String) throws {
    let error = #expect(throws: MarkupError.self) { try Document(xml: Data(xml.utf8)) }
    #expect(error?.kind == .malformed)
    #expect(error?.detail.contains("(line ") == true)
  }

  @Test("Entities declared in a document do not expand it")
  func billionLaughs() throws {
    let levels = (1...9).map { "<!ENTITY l\($0) '\(String(repeating: "&l\($0 - 1);", count: 10))'>" }.joined()
    let bomb = "<!DOCTYPE a [<!ENTITY l0 'lol'>\(levels)]>"
    #expect(throws: MarkupError.self) { try Document(xml: Data("\(bomb)<a>&l9;</a>".utf8)) }
    #expect(throws: MarkupError.self) { try Document(xml: Data("\(bomb)<a b='&l9;'/>".utf8)) }
    #expect(try Document(xml: Data("\(bomb)<a>fine</a>".utf8)).root?.text == "fine")
  }

  @Test("No file and no URL is read for a document")
  func external() throws {
    let file = "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><a>&f;</a>"
    #expect(throws: MarkupError.self) { try Document(xml: Data(file.utf8)) }
    let named = "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/rss.dtd'><rss>x &f; y</rss>"
    #expect(try Document(xml: Data(named.utf8)).root?.text == "x y")
  }
}
