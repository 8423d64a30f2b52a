import Contracts
import Processing
import Testing

@testable import XMLParser

@Suite("XML in segments")
struct XMLStreamTests {
  private static let document = """
    <?xml version="1.0" encoding="utf-8"?>\r
    <rss><channel><title>x</title>
    <item a="é"><n>1 &amp; 2</n><t><![CDATA[<b>ü</b>]]></t></item><!-- 日本 -->
    <item><n/><t>𝄞 zwei</t><t>drei</t>\r\n</item>
    </channel></rss>

    """

  private func records(
    _ bytes: [UInt8], cutAt places: [Int], _ parser: XMLParser, charset: String? = nil
  ) throws -> [SourceRecord] {
    var head = RawBody([], charset: charset, address: "x.xml", origin: "urn:uuid:1")
    head.isLast = false
    let stream = try parser.stream(head)
    var found: [SourceRecord] = []
    let ends = places + [bytes.count]
    var start = 0
    for end in ends {
      try stream.add(Array(bytes[start..<end]), isLast: end == bytes.count && start == ends.dropLast().last ?? 0) {
        found += $0.records
      }
      start = end
    }
    return found
  }

  @Test("A border at any byte gives the same records, in several encodings")
  func borders() throws {
    let parser = try XMLParserTests.parser(record: ["item"])
    var utf16: [UInt8] = [0xFF, 0xFE]
    for unit in Self.document.utf16 { utf16 += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    for bytes in [Array(Self.document.utf8), utf16] {
      let body = RawBody(bytes, address: "x.xml", origin: "urn:uuid:1")
      let whole = try parser.parse(body).records
      #expect(whole.count == 2)
      for place in 1..<bytes.count { #expect(try records(bytes, cutAt: [place], parser) == whole, "\(place)") }
      #expect(try records(bytes, cutAt: Array(1..<bytes.count), parser) == whole)
    }
  }

  @Test("The encoding's name may be cut, and a bad byte behind a border is found")
  func encoding() throws {
    let parser = try XMLParserTests.parser(record: ["a"])
    let head = "<?xml version='1.0' encoding='iso-8859-1'?><r>"
    let bytes: [UInt8] = Array(head.utf8) + Array("<a>".utf8) + [0xE9] + Array("</a></r>".utf8)
    for place in 1..<bytes.count {
      #expect(try records(bytes, cutAt: [place], parser).first?.fields["#text"] == "é", "\(place)")
    }
    let bad: [UInt8] = Array("<r><a>x</a>\n<a>".utf8) + [0xFF] + Array("</a></r>".utf8)
    for place in 1..<bad.count {
      let error = #expect(throws: PipelineError.self) { try records(bad, cutAt: [place], parser) }
      #expect(
        error?.name == .sourceChanged && error?.message.contains("line 2") == true, "\(place) \(error?.message ?? "")")
    }
  }

  @Test("A document that is cut is refused, and so is a record that is larger than memory allows")
  func refused() throws {
    let parser = try XMLParserTests.parser(record: ["a"])
    let cut = Array("<r><a>1</a><a>2</a>".utf8)
    #expect(throws: PipelineError.self) { try records(cut, cutAt: [5], parser) }
    var head = RawBody([], address: "x.xml", origin: "urn:uuid:1")
    (head.isLast, head.limit) = (false, BodyLimit(bytes: 1000))
    let stream = try parser.stream(head)
    let error = #expect(throws: PipelineError.self) {
      try stream.add(Array("<r><a>".utf8), isLast: false) { _ in }
      for _ in 0..<20 { try stream.add(Array(repeating: 0x78, count: 100), isLast: false) { _ in } }
    }
    #expect(error?.message.contains("1000 bytes") == true)
  }
}
