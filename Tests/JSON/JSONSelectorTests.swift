import JSON
import Testing

@Suite("JSON selectors")
struct JSONSelectorTests {
  static let document = #"{"a":{"b":[1,{"c":null},"x"]},"a b":2,"list":[[1,2],[3]],"é":"accent"}"#

  @Test(
    "A path selects what jq selects",
    arguments: [
      (".", document), (".a.b[0]", "1"), (".a.b[-1]", #""x""#), (".a.b[7]", "null"), (".[\"a b\"]", "2"),
      (".\"a b\"", "2"), (".a.b[1].c.d.e[0]", "null"), (".nothing.at[0].all", "null"), (".list[][]", "1 2 3"),
      (".list[][0]", "1 3"), (".a[]", #"[1,{"c":null},"x"]"#), (".nothing[]?", ""), (".a.b[]?[\"c\"]?", "null"),
      (".a.b[0].x?", ""), (#".["\u00e9"]"#, #""accent""#), (" .a.b[0]\n", "1"), (".list.[0][1]", "2"),
    ])
  func selection(path: String, expected: String) throws {
    let selector = try #require(JSONSelector(path), "\(path)")
    let values = try selector.values(in: JSONValue(parsing: Self.document))
    #expect(values.map(\.text).joined(separator: " ") == expected, "\(path)")
  }

  @Test(
    "A place with null exists, one that the document lacks does not",
    arguments: [
      (".", true), (".a.b[1].c", true), (".a.b[-3]", true), (".a.b[-4]", false), (".a.b[3]", false),
      (".nothing", false),
      (".a.b[1].c.d", false), (".list[][1]", true), (".list[].x", false), (".a.b[0].x?", false),
    ])
  func places(path: String, isPlace: Bool) throws {
    let selector = try #require(JSONSelector(path), "\(path)")
    #expect(selector.isPlace(in: try JSONValue(parsing: Self.document)) == isPlace, "\(path)")
  }

  @Test(
    "A path that does not fit the value is an error in jq's words",
    arguments: [
      (".nothing[]", "Cannot iterate over null"), (".a.b.c", "Cannot index array with \"c\""),
      (".a[0]", "Cannot index object with number"), (".a.b[0][]", "Cannot iterate over number"),
      (".a.b[].c", "Cannot index number with \"c\""), (".a.b[2].x.y?", "Cannot index string with \"x\""),
    ])
  func problems(path: String, problem: String) throws {
    let selector = try #require(JSONSelector(path), "\(path)")
    let document = try JSONValue(parsing: Self.document)
    #expect(throws: JSONSelectorError(problem: problem), "\(path)") { try selector.values(in: document) }
  }

  @Test(
    "What is more than a path, or none, is left to jq",
    arguments: [
      "", " ", "a", ".a.", "..", ".a | .b", ".a,.b", ".a?.b??", ".[1:2]", ".[.a]", ".[\"\\(.a)\"]", ".a[", ".a[1.5]",
      ".1a", ".a [0]", "$x", ".a[99999999999]", ".a-b", ".é", ".[\"a\"", ".\"a", "?", ".?",
    ])
  func others(text: String) { #expect(JSONSelector(text) == nil) }
}
