import Contracts
import JSON
import JSONParser
import Processing
import Testing

@Suite("JSON in segments")
struct JSONStreamTests {
  private func read(
    _ bytes: [UInt8], in sizes: [Int], _ parser: JSONParser, limit: Int = BodyLimit.standard
  ) throws -> Records {
    var head = RawBody([], address: "https://api.example/items", origin: "urn:uuid:1")
    (head.isLast, head.limit) = (false, BodyLimit(bytes: limit))
    let stream = try parser.stream(head)
    var found = Records()
    var start = 0
    var number = 0
    while true {
      let end = min(start + max(1, sizes[number % sizes.count]), bytes.count)
      try stream.add(Array(bytes[start..<end]), isLast: end == bytes.count) {
        found.records += $0.records
        found.rejected += $0.rejected
      }
      if end == bytes.count { return found }
      (start, number) = (end, number + 1)
    }
  }

  /// The records and rejections, or the error, of a body.
  private func outcome(_ work: () throws -> Records) -> String {
    do {
      let found = try work()
      return found.records.map { "\($0.origin) \(JSONValue.object($0.fields).text)" }.joined(separator: "\n") + "\n"
        + found.rejected.map { "\($0.problem) \($0.text)" }.joined(separator: "\n")
    } catch { return "\(error)" }
  }

  @Test(
    "A border at any byte, and segments of any size, give what the whole document gives, errors included",
    arguments: [
      (nil, #" [ {"id":1, "t":"a\"]},{\\"} , {"id":-2.5e3,"x":[1,{"y":[]}]},3 , "ü", null, {"id":"𝄞"} ] "#),
      (nil, "[]"), (nil, #"{"meta":{"n":[1,2]},"data":[{"id":1},{"id":2}],"next":null}"#), (nil, #"{"data":[]}"#),
      (nil, #"{"data":null,"x":1,"results":[{"id":1}]}"#), (nil, #"{"a":{"data":[1]},"b":2}"#), (nil, "7"), (nil, "{}"),
      (nil, "\u{FEFF}[{\"id\":1}]"), (nil, #"[{"id":1}"#), (nil, #"[{"id":1},]"#), (nil, #"[{"id":1}] x"#),
      (nil, #"[{"id":1,"id":2}]"#), (nil, #"{"data":[{"id":1}],"data":[]}"#), (nil, "[{\"id\":1},\n\n  {\"id\":01}]"),
      (nil, #"{"data" [1]}"#), (nil, #"{"data":[1] "b":2}"#), (nil, #"{,}"#), (nil, "[1 2]"), (nil, ""),
      (nil, "<html>"),
      (".data.items[]", #"{"data":{"x":[9],"items":[{"id":1},[2]],"y":"z"},"items":[{"id":3}]}"#),
      (".data.items", #"{"data":{"items":[{"id":1}]}}"#), (".data.items[]", #"{"data":{"x":1}}"#),
      (".data.items[]?", #"{"data":{"x":1}}"#), (".data.items[]?", #"{"data":[1]}"#), (".data.items", #"{"b":1}"#),
      (".data.items", #"{"data":{"items":{"id":1}}}"#), (".data[]", #"{"data":{"a":{"id":1},"b":{"id":2}}}"#),
      (".data[]", #"{"data":7}"#), (".data", "[1]"), (".[]", #"[{"id":1},{"id":2}]"#), (".", #"[{"id":1}]"#),
      (".", #"{"id":1}"#), (".a[].b", #"{"a":[{"b":{"id":1}},{"b":{"id":2}}]}"#), (".a[1]", #"{"a":[0,{"id":1}]}"#),
    ] as [(String?, String)])
  func borders(_ records: String?, _ text: String) throws {
    let bytes = Array(text.utf8)
    let parser = try JSONParserTests.parser(records: records)
    let whole = outcome { try parser.parse(JSONParserTests.body(text)) }
    for place in 1...max(1, bytes.count) {
      let found = outcome { try read(bytes, in: [place, max(1, bytes.count)], parser) }
      #expect(found == whole, "\(text) at \(place)")
    }
    for size in 1...3 { #expect(outcome { try read(bytes, in: [size], parser) } == whole, "\(text) by \(size)") }
  }

  @Test("So do JSON Lines, with line numbers that go on")
  func lines() throws {
    let parser = try JSONParserTests.parser(lines: true)
    for text in [
      "{\"id\":1}\n\n {\"id\":\"ü\\n\"}\r\n7\n{\"id\":\n{\"id\":3}", "{\"id\":1}\n", "x\ny\n", "\u{FEFF}{\"id\":1}\n{}",
      "",
    ] {
      let bytes = Array(text.utf8)
      let whole = outcome { try parser.parse(JSONParserTests.body(text)) }
      for size in 1...max(1, bytes.count) {
        #expect(outcome { try read(bytes, in: [size], parser) } == whole, "\(text) by \(size)")
      }
    }
  }

  @Test("A document with two lists of usual names is refused if the second would count: segments cannot go back")
  func conflict() throws {
    let text = #"{"items":[{"id":1}],"data":[{"id":2}]}"#
    let error = #expect(throws: PipelineError.self) {
      try read(Array(text.utf8), in: [5], JSONParserTests.parser())
    }
    #expect(error?.message.contains("in 'items' and in 'data'") == true)
    let other = #"{"data":[{"id":2}],"items":[{"id":1}]}"#
    #expect(try read(Array(other.utf8), in: [5], JSONParserTests.parser()).records.count == 1)
  }

  @Test("An expression over the whole document is read as a whole, and refused beyond the limit with both numbers")
  func expression() throws {
    let rows = (0..<100).map { #"{"id":\#($0)}"# }.joined(separator: ",")
    let bytes = Array(#"{"pages":[{"rows":[\#(rows)]}]}"#.utf8)
    let parser = try JSONParserTests.parser(records: ".pages[].rows[]")
    #expect(try read(bytes, in: [64], parser).records.count == 100)
    let error = #expect(throws: PipelineError.self) { try read(bytes, in: [64], parser, limit: 640) }
    #expect(error?.name == .sourceChanged)
    #expect(
      error?.message.contains("has more than 703 bytes, and at most 640 are in memory at once") == true,
      "\(error?.message ?? "")")
    #expect(error?.message.contains("(.pages[].rows[]) sees the whole document") == true)
  }

  @Test("One value that is larger than memory allows is refused; many small ones are not")
  func largeValue() throws {
    let small = "[" + Array(repeating: #"{"id":1}"#, count: 1000).joined(separator: ",") + "]"
    #expect(try read(Array(small.utf8), in: [100], JSONParserTests.parser(), limit: 200).records.count == 1000)
    let large = #"[{"id":1},{"id":""# + String(repeating: "x", count: 1000) + #""}]"#
    let error = #expect(throws: PipelineError.self) {
      try read(Array(large.utf8), in: [100], JSONParserTests.parser(), limit: 200)
    }
    #expect(error?.message.contains("200") == true && error?.message.contains("parse.records") == true)
  }
}
