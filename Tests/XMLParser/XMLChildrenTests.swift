import Contracts
import Processing
import Testing

@testable import XMLParser

@Suite("XML records by name, or else the children")
struct XMLChildrenTests {
  private static let cases: [(String, [String])] = [
    // By name, at any depth, and the outermost of them.
    ("<c><concert><id>1</id></concert></c>", [#"{"id":"1"}"#]),
    (
      "<x><made>now</made><c><concert><id>1</id><item>t</item></concert><row><id>2</id></row></c></x>",
      [#"{"id":"1","item":"t"}"#, #"{"id":"2"}"#]
    ),
    ("<concert><id>1</id></concert>", [#"{"id":"1"}"#]),
    ("<x><a>1</a><b>2</b><deep><er><item>3</item></er></deep></x>", [##"{"#text":"3"}"##]),
    ("<x><meta><by>me</by><row/></meta></x>", ["{}"]),
    // A heading with elements, and one of several elements, is no record.
    (
      "<x><meta><source>x</source><by>y</by></meta><concerts><concert><id>1</id></concert></concerts></x>",
      [#"{"id":"1"}"#]
    ),
    ("<x><meta><by>y</by></meta><more><by>z</by></more><concert><id>1</id></concert></x>", [#"{"id":"1"}"#]),
    ("<shows><show><id>1</id></show><item>x</item></shows>", [##"{"#text":"x"}"##]),
    // The children, where no name comes.
    (
      "<shows><show><id>1</id><artist>A</artist></show><show><id>2</id></show></shows>",
      [#"{"id":"1","artist":"A"}"#, #"{"id":"2"}"#]
    ),
    ("<shows><show id='1'/><show id='2'/></shows>", [#"{"@id":"1"}"#, #"{"@id":"2"}"#]),
    ("<shows/>", []),
  ]

  @Test("A name at any place decides; without one the children are the records", arguments: cases)
  func places(xml: String, expected: [String]) throws {
    let parser = try XMLParserTests.parser(record: ["item", "row", "concert"], otherwise: "children")
    let found = try parser.parse(XMLParserTests.body(xml))
    #expect(XMLParserTests.texts(found) == expected)
    #expect(found.records.map(\.origin) == expected.indices.map { "urn:uuid:1#\($0)" })
  }

  @Test("A border at any byte gives the same records", arguments: cases)
  func borders(xml: String, expected: [String]) throws {
    let bytes = Array(xml.utf8)
    for place in 1..<bytes.count {
      let stream = try XMLParserTests.parser(record: ["item", "row", "concert"], otherwise: "children")
        .stream(XMLParserTests.body(""))
      var found = Records()
      try stream.add(Array(bytes[..<place]), isLast: false) { found.records += $0.records }
      try stream.add(Array(bytes[place...]), isLast: true) { found.records += $0.records }
      #expect(XMLParserTests.texts(found) == expected, "\(place)")
    }
  }

  @Test("Behind 1000 children, or a quarter of what fits into memory, a name does not count", arguments: [999, 1000])
  func held(count: Int) throws {
    let parser = try XMLParserTests.parser(record: ["item"], otherwise: "children")
    let xml = "<x>\(String(repeating: "<a><b>1</b></a>", count: count))<c><item>2</item></c></x>"
    #expect(try parser.parse(XMLParserTests.body(xml)).records.count == (count < 1000 ? 1 : 1001))
    var body = XMLParserTests.body(xml)
    body.limit = BodyLimit(bytes: 400)
    #expect(try parser.parse(body).records.count == count + 1)
  }

  @Test("Many children without elements are records, also before the document ends")
  func many() throws {
    let parser = try XMLParserTests.parser(record: ["item"], otherwise: "children")
    let xml = "<x>\(String(repeating: "<a>1</a>", count: 1500))</x>"
    #expect(try parser.parse(XMLParserTests.body(xml)).records.count == 1500)
    let none = try XMLParserTests.parser(record: ["item"], otherwise: "nothing")
    #expect(try none.parse(XMLParserTests.body(xml)).records.isEmpty)
  }
}
