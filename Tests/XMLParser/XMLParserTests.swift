import Contracts
import Definitions
import JSON
import Processing
import Testing
import XMLParser

@Suite("The XML parser")
struct XMLParserTests {
  static func parser(
    record: [String] = [], lists: [String] = [], prefix: Bool = false, encoding: String? = nil, otherwise: String? = nil
  ) throws -> XMLParser {
    var values: [(String, Section.Value)] = []
    if !record.isEmpty { values.append(("record", .list(record.map { .scalar($0) }))) }
    if !lists.isEmpty { values.append(("lists", .list(lists.map { .scalar($0) }))) }
    if prefix { values.append(("prefix", .scalar("true"))) }
    if let otherwise { values.append(("otherwise", .scalar(otherwise))) }
    if let encoding { values.append(("encoding", .scalar(encoding))) }
    return try XMLParser(section: Section(plugin: "xml", values: values, place: "dataset.yaml:9: parse"))
  }

  static func body(_ text: String, charset: String? = nil) -> RawBody { body(Array(text.utf8), charset: charset) }

  static func body(_ bytes: [UInt8], charset: String? = nil) -> RawBody {
    RawBody(bytes, charset: charset, address: "https://x.example/f.xml", origin: "urn:uuid:1")
  }

  static func texts(_ records: Records) -> [String] { records.records.map { JSONValue.object($0.fields).text } }

  @Test(
    "An element becomes fields",
    arguments: [
      ("<name>A</name>", #"{"name":"A"}"#), ("<n/>", #"{"n":null}"#), ("<n> \n </n>", #"{"n":null}"#),
      ("<n>\n a b \n</n>", #"{"n":"a b"}"#), ("<n>&lt;&#233;&amp;</n>", #"{"n":"<é&"}"#),
      ("<n>\n<![CDATA[ <b>x</b> ]]>\n</n>", #"{"n":"<b>x</b>"}"#),
      ("<t>x</t><u/><t>y</t><t/>", #"{"t":["x","y",null],"u":null}"#),
      ("<t a='1'>x</t>", ##"{"t":{"@a":"1","#text":"x"}}"##), ("<t a='1'/>", #"{"t":{"@a":"1"}}"#),
      ("<t><b>1</b>two<b>3</b></t>", ##"{"t":{"b":["1","3"],"#text":"two"}}"##),
      ("<!-- c --><?p i?><n>x<!-- c -->y</n>", #"{"n":"xy"}"#),
      ("<t a='1&amp;2&#38;amp;&lt;'/>", #"{"t":{"@a":"1&2&amp;<"}}"#),
      ("text", ##"{"#text":"text"}"##), ("", "{}"), ("<g>rock</g>", #"{"g":["rock"]}"#),
      ("<g>a</g><g>b</g>", #"{"g":["a","b"]}"#),
      ("<m:t xmlns:m='urn:m' m:k='v'>1</m:t><t>2</t>", ##"{"t":[{"@k":"v","#text":"1"},"2"]}"##),
      ("<n>[1]</n><n>2</n><l><n>3</n></l>", #"{"n":["[1]","2"],"l":{"n":"3"}}"#),
    ])
  func fields(xml: String, expected: String) throws {
    let result = try Self.parser(record: ["item"], lists: ["g"]).parse(Self.body("<list><item>\(xml)</item></list>"))
    #expect(Self.texts(result) == [expected])
    #expect(result.records[0].origin == "urn:uuid:1#0")
  }

  @Test("A record's attributes are fields, and prefixes are kept if they are asked for")
  func attributes() throws {
    let text = "<r xmlns:m='urn:m'><i id='7' m:x='&quot;'><m:t>1</m:t><t>2</t></i></r>"
    #expect(Self.texts(try Self.parser().parse(Self.body(text))) == [#"{"@id":"7","@x":"\"","t":["1","2"]}"#])
    #expect(
      Self.texts(try Self.parser(prefix: true).parse(Self.body(text))) == [
        #"{"@id":"7","@m:x":"\"","m:t":"1","t":"2"}"#
      ])
  }

  @Test(
    "Records are where the definition says",
    arguments: [
      ([], ["a", "b"]), (["row"], ["1", "2", "3"]), (["r/a/row"], ["1", "2"]),
      (["r/a/row", "r/b/row"], ["1", "2", "3"]),
      (["nothing"], []), (["r"], ["r"]),
    ] as [([String], [String])])
  func places(record: [String], expected: [String]) throws {
    let text = "<r><a><row><n>1</n></row><row><n>2</n><row><n>x</n></row></row></a><b><row><n>3</n></row></b></r>"
    let result = try Self.parser(record: record).parse(Self.body(text))
    if record == ["r"] {
      #expect(result.records.map { $0.fields.names } == [["a", "b"]])
    } else if record.isEmpty {
      #expect(result.records.map { $0.fields.names } == [["row"], ["row"]])
    } else {
      #expect(result.records.map { $0.fields["n"]?.string } == expected)
    }
  }

  @Test(
    "A document that is not well-formed is an error with its place, never a shorter document",
    arguments: [
      ("", "is not XML"), ("{}", "line 1, column 1"), ("<r><i>1</i>", "line 1"),
      ("<r>\n<i>1</x></r>", "line 2, column"),
      ("<r/><r/>", "line 1"), ("<r>&nbsp;</r>", "nbsp"), ("<r a='1' a='2'/>", "line 1"), ("<r>\u{0}</r>", "line 1"),
      ("<r>\n</r>\u{0}<r/>", "line 2 has a NUL character"),
      ("<!DOCTYPE r SYSTEM 'http://127.0.0.1:1/x.dtd'><r><i>&nbsp;</i></r>", "names the entity 'nbsp'"),
      ("<!DOCTYPE r SYSTEM 'http://127.0.0.1:1/x.dtd'><r><i a='&nbsp;'/></r>", "names the entity 'nbsp'"),
    ])
  func malformed(text: String, message: String) throws {
    let parser = try Self.parser()
    let error = #expect(throws: PipelineError.self) { try parser.parse(Self.body(text)) }
    #expect(error?.name == .sourceChanged && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test("Every cut of a document is noticed")
  func cuts() throws {
    let parser = try Self.parser()
    let text = Array("<?xml version='1.0'?><r><i a='1'>é</i><i><![CDATA[x]]></i></r>".utf8)
    for end in 0..<text.count {
      #expect(throws: PipelineError.self, "\(end)") { try parser.parse(Self.body(Array(text[..<end]))) }
    }
  }

  @Test(
    "Entities are neither expanded nor fetched",
    arguments: [
      "<!DOCTYPE r [<!ENTITY a 'x'>]><r><i>&a;</i></r>",
      "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r><i>&a;</i></r>",
      "<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]><r/>", "<!DOCTYPE r [<!ENTITY a 'x'>]><r/>",
      "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><r><i>&b;</i></r>",
    ])
  func entities(text: String) throws {
    let parser = try Self.parser()
    let error = #expect(throws: PipelineError.self) { try parser.parse(Self.body(text)) }
    #expect(error?.message.contains("declares the entity") == true, "\(error?.message ?? "")")
  }

  @Test("A document type without entities is read, and adds no attributes")
  func documentType() throws {
    let text = "<!DOCTYPE r SYSTEM 'http://127.0.0.1:1/x.dtd' [<!ATTLIST i k CDATA 'added'>]><r><i g='1'>x</i></r>"
    #expect(Self.texts(try Self.parser().parse(Self.body(text))) == [##"{"@g":"1","#text":"x"}"##])
  }

  @Test("Depth, and the number of values, are limited")
  func limits() throws {
    let deep = String(repeating: "<a>", count: 100_000)
    let error = #expect(throws: PipelineError.self) { try Self.parser().parse(Self.body(deep)) }
    #expect(error?.message.contains("depth") == true, "\(error?.message ?? "")")
    let wide = "<r><i>" + String(repeating: "<a/>", count: 2_000_001) + "</i></r>"
    let tooMany = #expect(throws: PipelineError.self) { try Self.parser().parse(Self.body(wide)) }
    #expect(tooMany?.message.contains("more than 2000000 elements") == true)
    let many = "<r>" + String(repeating: "<i/>", count: 30_000) + "</r>"
    #expect(try Self.parser().parse(Self.body(many)).records.count == 30_000)
  }

  @Test("An element has at most 10,000 attributes: libxml2 compares each with each other")
  func attributeLimit() throws {
    let element = { (count: Int) in
      "<r><![CDATA[<a '=]]><!-- <a = --><i \((0..<count).map { "a\($0)='='\n" }.joined())/>\(String(repeating: "=", count: 20_000))</r>"
    }
    #expect(try Self.parser().parse(Self.body(element(9_999))).records.count == 1)
    for text in [element(10_001), element(10_001).replacing("<i ", with: "<:i ")] {
      let error = #expect(throws: PipelineError.self) { try Self.parser().parse(Self.body(text)) }
      #expect(error?.message.contains("an element has more than 10000 attributes") == true, "\(error?.message ?? "")")
    }
  }

  @Test("A document type has at most 64 attributes with default values: libxml2 compares each with each other")
  func defaultLimit() throws {
    let document = { (count: Int) in
      let defaults = (0..<count).map { "<!ATTLIST i a\($0) (x|y) 'x' b\($0) CDATA #IMPLIED>" }.joined()
      return "<!DOCTYPE r [\(defaults)]><r><i>1</i></r>"
    }
    #expect(try Self.parser().parse(Self.body(document(64))).records.count == 1)
    let error = #expect(throws: PipelineError.self) { try Self.parser().parse(Self.body(document(65))) }
    #expect(error?.message.contains("more than 64 attributes with default values") == true, "\(error?.message ?? "")")
  }

  @Test("The outermost element of the path must be there")
  func root() throws {
    let error = #expect(throws: PipelineError.self) {
      try Self.parser(record: ["rss/channel/item"]).parse(Self.body("<html><body/></html>"))
    }
    #expect(
      error?.message.hasSuffix("has the outermost element 'html', and its records should be at rss/channel/item")
        == true)
  }

  @Test("try prints the paths of all elements")
  func structure() throws {
    let text = "<rss><channel><item><t>1</t></item><item/></channel></rss>"
    #expect(
      try Self.parser(record: ["item"]).structure(of: Self.body(text)).text
        == #"{"root":"rss","elements":{"rss":1,"rss/channel":1,"rss/channel/item":2,"rss/channel/item/t":1},"records":[{"t":"1"},{}],"record_count":2}"#
    )
  }
}
