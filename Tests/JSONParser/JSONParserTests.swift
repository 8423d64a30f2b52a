import Contracts
import Definitions
import JQ
import JSON
import JSONParser
import Processing
import Testing

@Suite("The JSON parser")
struct JSONParserTests {
  static func parser(records: String? = nil, lines: Bool = false, single: Bool = false) throws -> JSONParser {
    var values: [(String, Section.Value)] = []
    if let records { values.append(("records", .scalar(records))) }
    if lines { values.append(("lines", .scalar("true"))) }
    if single { values.append(("single", .scalar("true"))) }
    return try JSONParser(
      section: Section(plugin: "json", values: values, place: "dataset.yaml:9: parse"), filters: JQFilters())
  }

  static func body(_ text: String, charset: String? = nil) -> RawBody {
    RawBody(Array(text.utf8), charset: charset, address: "https://api.example/items", origin: "urn:uuid:1")
  }

  @Test(
    "Records are found where APIs put them (F21)",
    arguments: [
      (nil, #"[{"id":1},{"id":2}]"#), (nil, #"{"data":[{"id":1},{"id":2}],"results":[]}"#),
      (nil, #"{"data":null,"results":[{"id":1},{"id":2}]}"#), (nil, #"{"items":[{"id":1},{"id":2}]}"#),
      (nil, #"{"meta":[1],"records":[{"id":1},{"id":2}]}"#),
      ("._embedded.events[]?", #"{"_embedded":{"events":[{"id":1},{"id":2}]}}"#),
      (".list", #"{"list":[{"id":1},{"id":2}]}"#), (".", #"[{"id":1},{"id":2}]"#),
      (".pages | map(.rows[])[]", #"{"pages":[{"rows":[{"id":1}]},{"rows":[{"id":2}]}]}"#),
    ])
  func places(records: String?, text: String) throws {
    let result = try Self.parser(records: records).parse(Self.body(text))
    #expect(result.records.map { $0.fields["id"] } == [1, 2])
    #expect(result.records.map(\.origin) == ["urn:uuid:1#0", "urn:uuid:1#1"])
    #expect(try result.rejected.isEmpty && result.document == JSONValue(parsing: text))
  }

  @Test(
    "An object without a list of records may be one record",
    arguments: [
      (#"{"id":1,"tags":["a"]}"#, 1), (#"{"data":[{"id":1},{"id":1}]}"#, 2), (#"{"data":[]}"#, 0), (#"[{"id":1}]"#, 1),
      (#"{"data":{"id":2},"id":1}"#, 1),
    ])
  func single(text: String, count: Int) throws {
    let found = try Self.parser(single: true).parse(Self.body(text))
    #expect(found.records.map { $0.fields["id"] } == [JSONValue?](repeating: 1, count: count))
    #expect(throws: PipelineError.self) { try Self.parser(single: true).parse(Self.body("7")) }
  }

  @Test("No records are none only if the document or the path says so")
  func none() throws {
    for (records, text) in [(nil, "[]"), (nil, #"{"data":[]}"#), (".data[]?", "{}"), (".data[]", #"{"data":[]}"#)] {
      #expect(try Self.parser(records: records).parse(Self.body(text)).records.isEmpty)
    }
  }

  @Test(
    "A document without a list of records has changed",
    arguments: [
      (nil, "{}", "is an object with no members"), (nil, #"{"error":"x"}"#, "is an object with 'error'"),
      (nil, "5", "is a number"), (".data[]", "{}", "has no records at .data[]: Cannot iterate over null"),
      (".data", "{}", "has null at .data"), (".data.x[]", #"{"data":[1]}"#, "Cannot index array with \"x\""),
    ])
  func changed(records: String?, text: String, message: String) throws {
    let parser = try Self.parser(records: records)
    let error = #expect(throws: PipelineError.self) { try parser.parse(Self.body(text)) }
    #expect(error?.name == .sourceChanged && error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix("https://api.example/items ") == true)
  }

  @Test("A value that is no object is rejected by its index, and costs no other")
  func rejected() throws {
    let result = try Self.parser().parse(Self.body(#"[{"id":1},"text",null,[{"id":2}],{"id":3}]"#))
    #expect(result.records.map(\.origin) == ["urn:uuid:1#0", "urn:uuid:1#4"])
    #expect(
      result.rejected.map(\.problem.reason) == [
        "record 1 is a text, not an object", "record 2 is null, not an object", "record 3 is a list, not an object",
      ])
    #expect(result.rejected[2].text == #"[{"id":2}]"#)
  }

  @Test(
    "A body that is not JSON has its place in the message",
    arguments: [
      ("", "line 1, column 1"), ("[{\"a\":\n  NaN}]", "line 2, column 3: NaN and Infinity"),
      ("[{\"a\":1},\n{\"a\"", "line 2, column 5"), ("<html>", "It looks like HTML or XML"),
      ("[1] [2]", "line 1, column 5"), ("{\"data\":[{\"a\":1}", "line 1, column 17"),
      (String(repeating: "[", count: 1_000_000), "nested more than 200 deep"),
    ])
  func malformed(text: String, message: String) throws {
    let parser = try Self.parser()
    let error = #expect(throws: PipelineError.self) { try parser.parse(Self.body(text)) }
    #expect(error?.name == .sourceChanged && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test("Every cut of a document is noticed")
  func cuts() throws {
    let parser = try Self.parser()
    let text = Array(#"{"data":[{"id":1,"name":"é\u00e9"}],"has_next":true}"#.utf8)
    for end in 0..<text.count {
      let body = RawBody(Array(text[..<end]), address: "x", origin: "o")
      let error = #expect(throws: PipelineError.self, "\(end)") { try parser.parse(body) }
      #expect(error?.name == .sourceChanged)
    }
  }

  @Test("UTF-8 is read with and without a byte order mark, and other encodings are refused by name")
  func encodings() throws {
    let parser = try Self.parser()
    let text = "[{\"n\":\"é\"}]"
    let marked = RawBody([0xEF, 0xBB, 0xBF] + Array(text.utf8), address: "x", origin: "o")
    #expect(try parser.parse(marked).records[0].fields["n"] == "é")
    let wide = Array(text.utf16)
    let little = wide.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    let latin = text.unicodeScalars.map { UInt8($0.value) }
    for (bytes, charset, name) in [
      (little, nil, "UTF-16LE"), (big, nil, "UTF-16BE"), ([0xFF, 0xFE] + little, nil, "UTF-16LE"),
      ([0xFE, 0xFF] + big, nil, "UTF-16BE"), ([0x5B, 0, 0, 0, 0x5D, 0, 0, 0], nil, "UTF-32LE"),
      (latin, "ISO-8859-1", "its encoding is ISO-8859-1"), (latin, nil, "not UTF-8"),
    ] as [([UInt8], String?, String)] {
      let error = #expect(throws: PipelineError.self, "\(name)") {
        try parser.parse(RawBody(bytes, charset: charset, address: "x", origin: "o"))
      }
      #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
    }
  }

  @Test("A bad line of JSON Lines costs only itself, and is named")
  func lines() throws {
    let text = "{\"id\":1}\r\n\n[1]\n{\"id\":\n{\"id\":12345678901234567890}"
    let result = try Self.parser(lines: true).parse(Self.body(text))
    #expect(result.records.map(\.origin) == ["urn:uuid:1#1", "urn:uuid:1#5"])
    #expect(result.records[1].fields["id"]?.number?.text == "12345678901234567890")
    #expect(
      result.rejected.map(\.problem.reason) == [
        "line 3 is a list, not an object",
        "line 4 is not JSON: column 7: the text ends where a value must stand",
      ])
    #expect(throws: PipelineError.self) { try Self.parser(lines: true).parse(Self.body("<html>\n</html>\n")) }
  }

  @Test("A filter that may not be used is a problem of the definition")
  func filters() throws {
    let error = #expect(throws: PipelineError.self) { try Self.parser(records: "env.SECRET") }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.hasPrefix("dataset.yaml:9: parse.records: line 1 of the filter: env is not") == true)
  }

  @Test("try prints the records and what was rejected")
  func structure() throws {
    let structure = try Self.parser().structure(of: Self.body(#"[{"id":1},2]"#))
    #expect(
      structure.text
        == #"{"records":[{"id":1}],"rejected":[{"reason":"record 1 is a number, not an object","text":"2"}],"record_count":1}"#
    )
  }
}
