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
    // The children: a name within a record of another name is no record.
    (
      "<shows><show><id>1</id><artist>A</artist></show><show><id>2</id></show></shows>",
      [#"{"id":"1","artist":"A"}"#, #"{"id":"2"}"#]
    ),
    ("<shows><show><id>1</id></show><item>x</item></shows>", [#"{"id":"1"}"#, ##"{"#text":"x"}"##]),
    ("<shows><show id='1'/><show id='2'/></shows>", [#"{"@id":"1"}"#, #"{"@id":"2"}"#]),
    ("<shows/>", []),
  ]

  @Test("The first child with elements decides", arguments: cases)
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

  @Test("Many children without elements are records, also before the document ends")
  func many() throws {
    let parser = try XMLParserTests.parser(record: ["item"], otherwise: "children")
    let xml = "<x>\(String(repeating: "<a>1</a>", count: 1500))</x>"
    #expect(try parser.parse(XMLParserTests.body(xml)).records.count == 1500)
    let none = try XMLParserTests.parser(record: ["item"], otherwise: "nothing")
    #expect(try none.parse(XMLParserTests.body(xml)).records.isEmpty)
  }
}
