import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
  @Test(
    "A text is read and written again byte for byte",
    arguments: [
      "null", "true", "[]", "{}", "12345678901234567890123", "-0.50", "1e400", #""a\"b\\c\nd\u0001é😀""#,
      #"{"b":1,"a":[1,"x",null,{"c":false}]}"#,
    ])
  func roundTrip(text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test(
    "A text that is not JSON is refused with its place",
    arguments: [
      ("", "line 1, column 1"), ("{\"a\":1,\n \"a\":2}", "line 2, column 2"), ("[1,]", "line 1, column 4"),
      ("01", "line 1, column 2"), ("\"\u{1}\"", "line 1, column 3"), ("[1] x", "line 1, column 5"),
      (#""\x""#, "line 1, column 4"),
    ])
  func malformed(text: String, place: String) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error?.description.hasPrefix(place) == true, "\(error.map(String.init(describing:)) ?? "")")
  }

  @Test("Half of a surrogate pair becomes the mark for characters that do not exist")
  func surrogates() throws {
    #expect(try JSONValue(parsing: #""\ud83d\ude00 \ud83d x \udc00""#) == "😀 \u{fffd} x \u{fffd}")
  }

  @Test("A text that is nested too deep is refused, not read")
  func depth() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test("Objects are equal whatever the order of their members")
  func order() throws {
    #expect(try JSONValue(parsing: #"{"a":1,"b":2}"#) == JSONValue(parsing: #"{"b":2,"a":1}"#))
  }
}
