import JQ
import JSON
import Testing

@Suite("jq filters")
struct JQFilterTests {
  static func outcome(_ filter: String, _ input: String = "null", limits: JQLimits = JQLimits()) throws -> JQOutcome {
    try JQFilters(limits: limits).add(filter, at: "here").outcome(of: JSONValue(parsing: input))
  }

  @Test(
    "A filter's outputs are jq's",
    arguments: [
      (".", "null", "null"), ("{id: .a, b}", #"{"a":1,"b":[true]}"#, #"{"id":1,"b":[true]}"#),
      (".[]", "[1,2]", "1 2"), ("empty", "1", ""), (#""x_\(.id)""#, #"{"id":7}"#, #""x_7""#),
      ("def f: .a; f # c", #"{"a":false}"#, "false"), (".a? // 1", "[]", "1"),
      ("[.[] * 2, 2 * .[0]]", "[1.5,2]", "[3,4,3]"), ("[(1,2) * (3,4)]", "null", "[3,6,4,8]"),
      ("\"ab\" * 2", "null", #""abab""#), (".a[0].b |= . + 1", #"{"a":[{"b":1}]}"#, #"{"a":[{"b":2}]}"#),
      (".a[2] = 1", "{}", #"{"a":[null,null,1]}"#), (".[] |= empty", "[1]", "[]"),
      ("todate", "0", #""1970-01-01T00:00:00Z""#),
      ("indices(\"b\"), index(\"b\"), rindex(\"b\")", #""abcb""#, "[1,3] 1 3"), ("index(\"\")", #""abc""#, "null"),
      ("map(numbers), map(strings), map(type)", #"[1,"a",null]"#, #"[1] ["a"] ["number","string","null"]"#),
      ("if .a then 1 elif .b then 2 else 3 end", #"{"b":1}"#, "2"), ("label $out | 1, break $out, 2", "1", "1"),
      ("tojson, tostring", #"{"b":1,"a":[2]}"#, #""{\"b\":1,\"a\":[2]}" "{\"b\":1,\"a\":[2]}""#),
      ("keys_unsorted", #"{"b":1,"a":2}"#, #"["b","a"]"#),
      (
        ".", #"{"z":1,"y":{"x":[],"w":{}},"":"\u0000é😀"}"#,
        #"{"z":1,"y":{"x":[],"w":{}},"":"\u0000é😀"}"#
      ),
    ])
  func outputs(filter: String, input: String, expected: String) throws {
    let outcome = try Self.outcome(filter, input)
    #expect(outcome.problem == nil)
    #expect(outcome.outputs.map(\.text).joined(separator: " ") == expected)
  }

  @Test("All filters are one program, and each runs on its own input")
  func several() throws {
    let filters = JQFilters()
    let all = try (0..<20).map { try filters.add(". + \($0) # \($0)", at: "filter \($0)") }
    for (index, filter) in all.enumerated() {
      #expect(
        try filter.outcomes(of: [1, 2]) == [
          JQOutcome([.number(JSONNumber(1 + index))]), JQOutcome([.number(JSONNumber(2 + index))]),
        ])
    }
    // A filter that comes later joins the program.
    let late = try filters.add("def late: \"late\"; late", at: "late")
    #expect(try late.outcome(of: nil).outputs == ["late"])
    #expect(try all[3].outcome(of: 0).outputs == [3])
  }

  @Test("An error of jq ends its input only")
  func errors() throws {
    let filter = try JQFilters().add(".a + 1", at: "here")
    let outcomes = try filter.outcomes(of: [["a": 1], ["a": "x"], ["a": 2], 5])
    #expect(outcomes[0].outputs == [2] && outcomes[2].outputs == [3])
    #expect(outcomes[1].problem == #"string ("x") and number (1) cannot be added"#)
    #expect(outcomes[3].problem == "Cannot index number with string \"a\"")
    #expect(try Self.outcome("1, error(\"stop\"), 2") == JQOutcome([1], problem: "stop"))
    #expect(try Self.outcome("error({a: 1})").problem == #"{"a":1}"#)
  }

  @Test(
    "A filter that is no jq is named with its place, its line and what is wrong",
    arguments: [
      (".a |\n foo", "second: line 2 of the filter: foo/0 is not defined"),
      (".a +", "second: line 2 of the filter: syntax error"),
      ("if . then 1", "second: line 2 of the filter: syntax error"),
      ("\n\n$x", "second: line 3 of the filter: $x is not defined"),
      ("{a b}", "second: line 1 of the filter: syntax error"), ("break $x", "second: line 1 of the filter"),
    ])
  func compiling(filter: String, message: String) throws {
    let filters = JQFilters()
    _ = try filters.add(".first\n| .ok", at: "first")
    _ = try filters.add(filter, at: "second")
    _ = try filters.add(".third", at: "third")
    let error = #expect(throws: JQError.self) { try filters.compile() }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
