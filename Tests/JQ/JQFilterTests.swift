import JQ
import JSON
import Testing

@Suite("jq filters")
struct JQFilterTests {
  @Test(
    "A filter's outputs are jq's",
    arguments: [
      (".", "null", "null"), ("{id: .a, b}", #"{"a":1,"b":[true]}"#, #"{"id":1,"b":[true]}"#),
      (".[]", "[1,2]", "1 2"), ("empty", "1", ""), (#""x_\(.id)""#, #"{"id":7}"#, #""x_7""#),
    ])
  func outputs(filter: String, input: String, expected: String) throws {
    let outcome = try JQFilters().add(filter, at: "here").outcome(of: JSONValue(parsing: input))
    #expect(outcome.problem == nil)
    #expect(outcome.outputs.map(\.text).joined(separator: " ") == expected)
  }
}
