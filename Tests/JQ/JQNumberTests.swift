import JQ
import JSON
import TestSupport
import Testing

@Suite("Numbers in filters")
struct JQNumberTests {
  @Test(
    "An untouched number comes back as it was spelled",
    arguments: [
      "12345678901234567890123", "9007199254740993", "-9007199254740993", "9007199254740992", "1.10", "20039087.0",
      "1e2",
      "1E+02", "-0", "-0.0", "0.1234567890123456789", "1e400", "-1e-400", "0e5", "100000000000000000000", "1.5", "0",
      "-7",
      "3.6769056865660614", "1272102591818", "0.000000000000012345678901234567890", "1e-9223372036854775808",
      "1.5e-9223372036854775808", "123456789012345678.25",
    ])
  func spelling(number: String) throws {
    let text = "{\"id\":\(number),\"list\":[\(number)]}"
    #expect(try JQFilterTests.outcome(".", text).outputs.map(\.text) == [text])
    #expect(
      try JQFilterTests.outcome("{a: .id, b: .list[0]}", text).outputs.map(\.text) == [
        "{\"a\":\(number),\"b\":\(number)}"
      ])
  }

  @Test("A large integer is a number for type, and its digits go into texts")
  func marks() throws {
    let input = #"{"id":12345678901234567890,"t":1700000000123456789}"#
    for (filter, expected) in [
      ("\"x_\\(.id)\"", #""x_12345678901234567890""#), ("\"\\(.id)\"", #""12345678901234567890""#),
      (".id | tostring", #""12345678901234567890""#), (".id | type", #""number""#),
      ("map(numbers)", "[12345678901234567890,1700000000123456789]"),
      ("tojson", #""{\"id\":12345678901234567890,\"t\":1700000000123456789}""#),
      ("[.id, \"a\"] | @csv", #""12345678901234567890,\"a\"""#),
      ("@json", #""{\"id\":12345678901234567890,\"t\":1700000000123456789}""#),
      ("(.t | tonumber) / 1e9 | floor", "1700000000"), (".id == .t, .id == .id", "false true"),
      ("\"\\(.)\"", #""{\"id\":12345678901234567890,\"t\":1700000000123456789}""#),
      (".id | @uri", #""12345678901234567890""#), ("@uri \"?id=\\(.id)\"", #""?id=12345678901234567890""#),
      (".id | @base64 | @base64d", #""12345678901234567890""#),
      ("{(\"k\\(.id)\"): 1}", #"{"k12345678901234567890":1}"#), ("[.id] | join(\"-\")", #""12345678901234567890""#),
    ] {
      let outcome = try JQFilterTests.outcome(filter, input)
      #expect(outcome.outputs.map(\.text).joined(separator: " ") == expected, "\(filter): \(outcome)")
    }
  }

  @Test("Inputs with large integers and without take turns in one call")
  func turns() throws {
    let filter = try JQFilters().add("{id, kind: (.id | type), text: (.id | tostring), isOne: (.id == 1)}", at: "tests")
    let numbers = ["1", "12345678901234567890", "2.50", "9007199254740993", "3"]
    let inputs = try numbers.map { try JSONValue(parsing: "{\"id\":\($0)}") }
    for (number, outcome) in zip(numbers, try filter.outcomes(of: inputs)) {
      let text = number == "2.50" ? "2.5" : number
      let expected = "{\"id\":\(number),\"kind\":\"number\",\"text\":\"\(text)\",\"isOne\":\(number == "1")}"
      #expect(outcome.outputs.map(\.text) == [expected])
    }
  }

  @Test("Calculating with a large integer is an error, never another number")
  func calculation() throws {
    let outcome = try JQFilterTests.outcome(".id + 1", #"{"id":9007199254740993}"#)
    #expect(outcome.problem == "string (9007199...) and number (1) cannot be added")
  }

  @Test(
    "Comparing a large integer by size is an error, not the order of texts",
    arguments: [".id < 5", "5 <= .id", ".id > .other", "select(.id >= 1000000000000000000)"])
  func order(filter: String) throws {
    let outcome = try JQFilterTests.outcome(filter, #"{"id":-9007199254740993,"other":9007199254740993}"#)
    #expect(outcome.outputs.isEmpty && outcome.problem?.hasPrefix("a number beyond 2^53 has no order") == true)
    let small = try JQFilterTests.outcome("[.a < .b, .a <= .a, .a > .b, .b >= .a, .a > 1]", #"{"a":1,"b":2.5}"#)
    #expect(small.outputs == [[true, true, false, true, false]])
  }

  @Test("Two numbers that are one for jq are an error if one is passed on")
  func ambiguous() throws {
    let input = #"{"a":0.12345678901234567890,"b":0.12345678901234567891,"c":1.10,"d":1.1}"#
    let outcome = try JQFilterTests.outcome(".b", input)
    #expect(
      outcome.problem
        == "0.12345678901234567890 and 0.12345678901234567891 are one number for jq: pass on at most one of them")
    #expect(try JQFilterTests.outcome(".c == .d", input).outputs == [true])
    #expect(try JQFilterTests.outcome(".d", input).outputs.map(\.text) == ["1.10"])
  }

  @Test(
    "A result that JSON cannot express is an error", arguments: ["nan", "infinite", "-infinite", "\"nan\" | tonumber"])
  func infinite(filter: String) throws {
    #expect(try JQFilterTests.outcome(filter).problem?.hasPrefix("a result is") == true)
  }

  @Test("A source cannot forge a marked number")
  func forged() throws {
    let scalar = try #require(Unicode.Scalar(UInt16(0xFDD0)))
    for input in ["[\"\(scalar)1\"]", "{\"a\(scalar)\":1}"] {
      #expect(try JQFilterTests.outcome(".", input).problem?.contains("noncharacter") == true)
    }
  }

  @Test("Random values come back as they were")
  func roundTrip() throws {
    var random = SplitMix(seed: 14)
    let values = (0..<Robustness.amount(20_000)).map { _ in RandomJSON.value(using: &random, depth: 4) }
    let outcomes = try JQFilters().add(".", at: "here").outcomes(of: values)
    for (value, outcome) in zip(values, outcomes) {
      guard let problem = outcome.problem else {
        #expect(outcome.outputs.map(\.text) == [value.text])
        continue
      }
      #expect(problem.contains("are one number for jq"), "\(problem)")
    }
  }
}
