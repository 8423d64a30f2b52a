import JSON
import Testing

@Suite("JSON objects")
struct JSONObjectTests {
  @Test("A wide object finds, replaces and removes its members like a narrow one", arguments: [3, 48, 49, 300])
  func wide(count: Int) throws {
    var object = JSONObject((0..<count).map { ("field_\($0)", JSONValue.number(JSONNumber($0))) })
    for index in 0..<count { #expect(object["field_\(index)"]?.number?.integer == Int64(index)) }
    #expect(object["field"] == nil)
    object["field_1"] = "new"
    object["field_0"] = nil
    object["last"] = true
    #expect(object["field_1"] == "new" && object["field_0"] == nil && object["last"] == true)
    #expect(object["field_\(count - 1)"]?.number?.integer == Int64(count - 1))
    #expect(object.names.first == "field_1" && object.names.last == "last" && object.count == count)
  }

  @Test("A name that a wide object has twice is refused with its place")
  func repeated() {
    let members = (0..<100).map { "\"n\($0)\":1" }.joined(separator: ",")
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\(members),\n\"n7\":2}") }
    #expect(error?.description == "line 2, column 1: an object has the name \"n7\" twice")
  }

  @Test("Names are equal if their bytes are: an accent of its own makes another name", arguments: [0, 100])
  func normalization(others: Int) throws {
    let rest = (0..<others).map { ",\"n\($0)\":0" }.joined()
    let text = "{\"caf\u{e9}\":1,\"cafe\u{301}\":2\(rest)}"
    let value = try JSONValue(parsing: text)
    #expect(value.object?["caf\u{e9}"] == 1 && value.object?["cafe\u{301}"] == 2)
    #expect(value.text == text)
  }

  @Test("Names that only look alike cost no more than others", .timeLimit(.minutes(45)))
  func lookalikes() throws {
    let others = (0..<400_000).map { ",\"n\($0)\":0" }.joined()
    let object = try #require(try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2\(others)}").object)
    #expect(object.count == 400_002 && object["e\u{301}"] == 2 && object["n199999"] == 0)
  }

  @Test("Objects of any width follow one another, at any depth")
  func widths() throws {
    func object(_ count: Int) -> String { "{\((0..<count).map { "\"n\($0)\":{\"a\":[{}]}" }.joined(separator: ","))}" }
    let counts = [3, 0, 200, 1, 64, 65, 2]
    let text = "[\(counts.map(object).joined(separator: ","))]"
    let value = try JSONValue(parsing: text)
    #expect(value.array?.map(\.object?.count) == counts && value.text == text)
  }
}
