import Contracts
import Foundation
import TestSupport
import Testing

@Suite("Raw records of a document")
struct RawRecordsTests {
  private func records(_ document: String, at positions: Int...) -> [Int: String] {
    RawRecords(Data(document.utf8)).entries(at: positions)
  }

  @Test("They are found by their position, byte for byte, in a bare list and in a document")
  func positions() {
    let list = #"[ {"a": [1, {"b": "]},\"{["}], "c" : null} ,2,  "three" , [ ] , true ]"#
    let expected = [0: #"{"a": [1, {"b": "]},\"{["}], "c" : null}"#, 1: "2", 2: #""three""#, 3: "[ ]", 4: "true"]
    #expect(records(list, at: 0, 1, 2, 3, 4) == expected)
    let document =
      #" {"ingestion_result": {"records": [9], "errors": ["records"]}, "n":1, "records" : \#(list), "x": [7]} "#
    #expect(records(document, at: 0, 1, 2, 3, 4) == expected)
    #expect(records(document, at: 3) == [3: "[ ]"])
  }

  @Test("Rejected rows follow the records")
  func rows() {
    let document = #"{"rejected": [{"a": 1}, "b"], "records": [1, 2]}"#
    #expect(records(document, at: 0, 1, 2, 3, 4) == [0: "1", 1: "2", 2: #"{"a": 1}"#, 3: #""b""#])
    #expect(records(document, at: 3) == [3: #""b""#])
    #expect(records(#"{"rejected": [1], "records": []}"#, at: 0) == [0: "1"])
    #expect(records("[1]", at: 0, 1) == [0: "1"])
  }

  @Test("A position beyond the end has no entry, and neither has a document without a list")
  func missing() {
    #expect(records("[]", at: 0) == [:])
    #expect(records("[1]", at: 0, 1, 7) == [0: "1"])
    #expect(records(#"{"records": {}}"#, at: 0) == [:])
    #expect(records(#"{"other": [1]}"#, at: 0) == [:])
    #expect(records("", at: 0) == [:])
    #expect(records("[1]") == [:])
  }

  @Test(
    "An entry that jsonb refuses is kept as a string",
    arguments: [
      #"{"a": "x\u0000y"}"#, #"{"a": "\ud83c"}"#, #"{"a": "\ud83cx\udfba"}"#, #"{"a": "\udfba\ud83c"}"#,
      #"{"a": 1e999999}"#, #"{"a": [1E5]}"#, "{\"a\": \"\n\"}",
      #"{"a": "\q"}"#, #"{"a": "\u+123"}"#, #"{"a": "\u12"}"#, #"{"\q": 1}"#, #"{"a": 1, "a": "\q"}"#,
      #"{"a": 1, "a": 01}"#, #"{"a": [-]}"#, #"{"a": 1.}"#, #"{"a": -.5}"#, #"{"a": 1.2.3}"#, #"{"a": 1-1}"#,
      #"{"a": 0.1\#(String(repeating: "0", count: 17_000))}"#,
    ])
  func refusedByJSONB(record: String) throws {
    let kept = try #require(records("[\(record)]", at: 0)[0])
    #expect(try JSONDecoder().decode(String.self, from: Data(kept.utf8)) == record)
  }

  @Test("A bare NUL, which jsonb cannot hold, is kept as the replacement character")
  func bareNUL() {
    #expect(records("[\"a\0b\"]", at: 0) == [0: #""\"a\#u{fffd}b\"""#])
  }

  @Test(
    "An entry that jsonb accepts is kept verbatim",
    arguments: [
      #"{"a": "\ud83c\udfba \u00e9 \\u0000 \\\u0041"}"#, #"{"here": true, "false": 1.25, "1e5": "2E7"}"#, "-0.5",
      #"[0, -0, 10.05, 120]"#,
      #"{"a": "\"\\\/\b\f\n\r\t"}"#,
    ])
  func takenByJSONB(record: String) {
    #expect(records("[\(record)]", at: 0) == [0: record])
  }

  @Test("They agree with a decoder on random documents")
  func random() throws {
    var generator = SplitMix(seed: 1)
    for _ in 0..<200 {
      let values = (0..<Int.random(in: 0...6, using: &generator)).map { _ in randomValue(depth: 3, using: &generator) }
      let options: JSONSerialization.WritingOptions =
        Bool.random(using: &generator) ? [.prettyPrinted, .fragmentsAllowed] : .fragmentsAllowed
      let document = try JSONSerialization.data(withJSONObject: ["x": 1, "records": values], options: options)
      let found = RawRecords(document).entries(at: Array(values.indices))
      #expect(found.count == values.count)
      for (index, value) in values.enumerated() {
        let text = try #require(found[index])
        let again = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        #expect((again as? NSObject) == (value as? NSObject))
      }
    }
  }

  private func randomValue(depth: Int, using generator: inout SplitMix) -> Any {
    switch Int.random(in: 0...(depth == 0 ? 3 : 5), using: &generator) {
    case 0: Int.random(in: -1000...1000, using: &generator)
    case 1: NSNull()
    case 2: Bool.random(using: &generator)
    case 3: String((0..<8).compactMap { _ in "\"\\[]{},: \n🎺é".randomElement(using: &generator) })
    case 4: (0..<3).map { _ in randomValue(depth: depth - 1, using: &generator) }
    default:
      Dictionary(uniqueKeysWithValues: (0..<3).map { ("k\($0)\"]", randomValue(depth: depth - 1, using: &generator)) })
    }
  }
}
