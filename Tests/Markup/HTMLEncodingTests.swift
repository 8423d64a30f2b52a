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

  @Test(
    "A <meta> after the first 1024 bytes declares the encoding, as a browser's parser finds it",
    arguments: [
      ("<meta charset=windows-1252>", "café’"),
      ("<META HTTP-EQUIV=content-type content='text/html; charset=l1'>", "café’"),
      ("<script>'<meta charset=l2>'</script><meta charset=l1>", "café’"),
      ("<!-- <meta charset=l2> --><title><meta charset=l2></title><meta charset=l1>", "café’"),
      ("<script>'<meta charset=l1>'</script>", "caf\u{FFFD}"), ("<style><meta charset=l1>", nil),
    ])
  func lateMeta(head: String, shown: String?) throws {
    #expect(try text(latin, head: "<!--\(String(repeating: "x", count: 1500))-->" + head) == shown)
  }

  @Test("A declaration in the first 1024 bytes takes precedence over a later one")
  func twoMetas() throws {
    let later = "<!--\(String(repeating: "x", count: 1500))--><meta charset=utf-8>"
    #expect(try text(latin, head: "<meta charset=l1>" + later) == "café’")
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

  @Test(
    "A byte that an encoding lacks does not end the page",
    arguments: [
      ("windows-1252", 0x81), ("windows-1252", 0x8D), ("windows-1252", 0x8F), ("windows-1252", 0x90),
      ("windows-1252", 0x9D), ("us-ascii", 0xC3), ("iso-8859-1", 0x81), ("windows-1251", 0x98), ("iso-8859-7", 0xAE),
      ("iso-8859-8", 0xA1), ("shift_jis", 0xFD), ("gbk", 0xFF), ("euc-jp", 0x80), ("big5", 0x80), ("euc-kr", 0x80),
      ("windows-1255", 0xD9), ("windows-874", 0xDB), ("utf-8", 0xFF), ("l1", 0x81), ("cp819", 0x9D),
      ("iso8859-1", 0x8D),
    ] as [(String, UInt8)])
  func missingBytes(charset: String, byte: UInt8) throws {
    let page = Data("<p>a".utf8) + Data([byte]) + Data("</p><p>after</p>".utf8)
    for named in [
      try Document(html: page, charset: charset), try Document(html: Data("<meta charset=\(charset)>".utf8) + page),
    ] {
      let texts = try named.nodes(XPath("//p")).map(\.text)
      #expect(texts.count == 2 && texts[0].hasPrefix("a") && texts[0].count == 2 && texts[1] == "after")
    }
  }

  @Test("UTF-8 in a page that says ASCII or Latin-1 is read to the end", arguments: ["us-ascii", "iso-8859-1", "l1"])
  func wronglyDeclared(charset: String) throws {
    #expect(try text(Array("Café “x” end".utf8), charset: charset)?.hasSuffix("end") == true)
  }

  @Test("Asian encodings are read")
  func asian() throws {
    #expect(try text([0x93, 0xFA, 0x96, 0x7B], charset: "Shift_JIS") == "日本")
    #expect(try text([0xC6, 0xFC, 0xCB, 0xDC], head: "<meta charset=euc-jp>") == "日本")
    #expect(try text([0xD6, 0xD0, 0xCE, 0xC4], charset: "gb2312") == "中文")
    #expect(try text([0xA4, 0xA4, 0xA4, 0xE5], charset: "big5") == "中文")
    #expect(try text([0xC7, 0xD1, 0xB1, 0xB9], charset: "ks_c_5601-1987") == "한국")
  }

  @Test(
    "A declaration is found as a browser finds it",
    arguments: [
      ("<meta charset=utf-16>", "caf", true), ("<meta charset=x-user-defined>", "café", false),
      ("<!-- <meta charset=utf-8> --><meta charset=l1>", "café", false), ("<!--><meta charset=l1>", "café", false),
      ("<meta content='text/html; charset=l1'>", "caf", true), ("<meta name=a data-charset=l1>", "caf", true),
      ("<meta content='text/html; charset=l1' http-equiv=content-type>", "café", false),
      ("<meta charset=nope><meta charset=\" l1 \">", "café", false),
      ("<?xml version='1.0' encoding='l1'?>", "café", false),
      ("<meta/charset='l1'/>", "café", false), ("<a title='<meta charset=utf-8>'><meta charset=l1>", "café", false),
      ("<metax charset=l1>", "caf", true), ("<meta charset = l1 >", "café", false),
    ])
  func declarations(head: String, shown: String, isUTF8: Bool) throws {
    let page = Data(head.utf8) + Data("<p>caf".utf8) + Data([0xE9]) + Data("</p>".utf8)
    let text = try Document(html: page).first(XPath("//p"))?.text
    #expect(text == (isUTF8 ? "caf\u{FFFD}" : shown))
  }
}
