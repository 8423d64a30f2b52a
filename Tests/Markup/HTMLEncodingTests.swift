import Foundation
import Markup
import Testing

struct HTMLEncodingTests {
  private func text(_ bytes: [UInt8], head: String = "", charset: String? = nil) throws -> String? {
    let page = Data("<html><head>\(head)</head><body><p>".utf8) + Data(bytes) + Data("</p></body></html>".utf8)
    return try Document(html: page, charset: charset).first(XPath("//p"))?.text
  }

  private let latin: [UInt8] = [0x63, 0x61, 0x66, 0xE9, 0x92]  // café’ in windows-1252

  @Test("A page without a declared encoding is UTF-8")
  func byDefault() throws {
    #expect(try text(Array("Café ’ 📷".utf8)) == "Café ’ 📷")
  }

  @Test("A <meta> in the first 1024 bytes declares the encoding")
  func meta() throws {
    #expect(try text(latin, head: "<META charset='windows-1252'>") == "café’")
    #expect(
      try text(latin, head: #"<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1" />"#) == "café’")
    #expect(try text(Array("é".utf8), head: "<meta charset=utf-8>") == "é")
    #expect(try text(Array("é".utf8), head: "<meta name=x content=y><meta charset=\"UTF-8\">") == "é")
  }

  @Test("The transport's encoding takes precedence over the <meta>")
  func transport() throws {
    #expect(try text(latin, head: "<meta charset=utf-8>", charset: "iso-8859-1") == "café’")
    #expect(try text(Array("é".utf8), head: "<meta charset=iso-8859-1>", charset: "UTF-8") == "é")
    #expect(try text([0xA4], charset: "ISO-8859-15") == "€")
  }

  @Test("An unknown name is ignored")
  func unknown() throws {
    #expect(try text(Array("é".utf8), charset: "x-klingon") == "é")
    #expect(try text(Array("é".utf8), head: "<meta charset=''>", charset: "") == "é")
  }

  @Test("A byte order mark takes precedence over everything and is not part of the text")
  func byteOrderMark() throws {
    let page = Data([0xEF, 0xBB, 0xBF]) + Data("<p>é</p>".utf8)
    #expect(try Document(html: page, charset: "iso-8859-1").first(XPath("//p"))?.text == "é")
    #expect(try Document(html: page).root?.text == "é")
    let wide = try #require("<html><body><p>é</p></body></html>".data(using: .utf16LittleEndian))
    #expect(try Document(html: Data([0xFF, 0xFE]) + wide).first(XPath("//p"))?.text == "é")
  }

  @Test("A bad byte affects one character, not the rest of the page")
  func badBytes() throws {
    #expect(try text([0x61, 0xC3] + Array(" Café".utf8)) == "a\u{FFFD} Café")
    #expect(try text([0xFF, 0xFE, 0x80] + Array("é".utf8)) == "\u{FFFD}\u{FFFD}\u{FFFD}é")
    #expect(try text([0xED, 0xA0, 0x80, 0x62]).map { $0.hasSuffix("b") } == true)
    #expect(try text(Array("é".utf8) + [0xE2, 0x80]) == "é\u{FFFD}")
  }

  @Test("A NUL does not end the text")
  func nul() throws {
    #expect(try text([0x61, 0x00, 0x62] + Array(" é".utf8)) == "ab é")
  }
}
