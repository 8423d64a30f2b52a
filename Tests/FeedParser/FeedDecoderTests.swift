import Processing
import Testing

@testable import FeedParser

@Suite("Encodings of feeds")
struct FeedDecoderTests {
  private func title(_ declaration: String?, _ bytes: [UInt8], charset: String? = nil, named: String? = nil) throws
    -> String?
  {
    let head = declaration.map { "<?xml version='1.0' encoding='\($0)'?>" } ?? ""
    let text = Array("\(head)<rss><channel><item><title>".utf8) + bytes + Array("</title></item></channel></rss>".utf8)
    let result = try FeedParserTests.parser(encoding: named).parse(FeedParserTests.body(text, charset: charset))
    return result.records.first?.fields["title"]?.string
  }

  @Test("A declaration is compared with the bytes")
  func declarations() throws {
    let latin: [UInt8] = [0x63, 0x61, 0x66, 0xE9]
    let utf8 = Array("café".utf8)
    #expect(try title("iso-8859-1", latin) == "café")
    #expect(try title("utf-8", latin) == "café")
    #expect(try title(nil, latin) == "café")
    #expect(try title("iso-8859-1", utf8) == "café")
    #expect(try title("us-ascii", utf8) == "café")
    #expect(try title("utf-16", utf8) == "café")
    #expect(try title("x-nothing", utf8) == "café")
    #expect(try title("utf-8", utf8, charset: "iso-8859-1") == "café")
    #expect(try title("utf-8", [0xF1, 0xE9], charset: "windows-1251") == "сй")
    #expect(try title("utf-8", [0xF1, 0xE9], named: "windows-1251") == "сй")
    #expect(try title("utf-8", utf8 + [0x20, 0x93, 0xE9, 0x94]) == "café “é”")
    #expect(try title("iso-8859-15", [0xA4]) == "€")
    #expect(try title("shift_jis", [0x83, 0x65]) == "テ")
  }

  @Test("A byte order mark counts, and UTF-16 is known without one")
  func marks() throws {
    let text = "<rss><item><title>é</title></item></rss>"
    let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    for bytes in [[0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + little, little] {
      let result = try FeedParserTests.parser().parse(FeedParserTests.body(bytes, charset: "iso-8859-1"))
      #expect(result.records.first?.fields["title"] == "é")
    }
  }
}
