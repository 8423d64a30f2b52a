import Contracts
import Foundation
import Testing
import Time

@testable import Expectations

@Suite("Expected values")
struct ValueTests {
  @Test(
    "nulls counts null, what is missing, blank texts, and empty lists and objects",
    arguments: ["{}", #"{"x":null}"#, #"{"x":""}"#, #"{"x":" \t\n"}"#, #"{"x":[]}"#, #"{"x":{}}"#])
  func blank(record: String) throws {
    let breach = try Expected.breach("{check: nulls, field: x, maximum: 0.4}", [record, #"{"x":1}"#])
    #expect(breach == "1 of 2 records (0.5) have no x, and maximum is 0.4")
    #expect(try Expected.breach("{check: nulls, field: x, maximum: 0.5}", [record, #"{"x":1}"#]) == nil)
  }

  @Test(
    "nulls takes any other value, also false, zero and a text like null",
    arguments: ["false", "0", #""null""#, #""NaN""#, "[null]", #"{"a":null}"#])
  func filled(value: String) throws {
    #expect(try Expected.breach("{check: nulls, field: x}", [#"{"x":\#(value)}"#]) == nil)
  }

  @Test("where makes a rule one for some records, whose number is then that of all")
  func kinds() throws {
    let records = [#"{"kind":"venue","x":1}"#, #"{"kind":"venue"}"#, #"{"kind":"artist"}"#, "{}"]
    #expect(
      try Expected.breach("{check: nulls, field: x, where: {kind: venue}}", records)
        == "1 of 2 records (0.5) have no x, and maximum is 0")
    #expect(try Expected.breach("{check: nulls, field: x, maximum: 0.5, where: {kind: venue}}", records) == nil)
    #expect(
      try Expected.breach("{check: rows, minimum: 3, where: {kind: [venue, label]}}", records)
        == "2 records, and minimum is 3")
    #expect(try Expected.breach("{check: rows, minimum: 3, where: {kind: [venue, artist]}}", records) == nil)
    let ratio = Expected(["{check: rows_ratio, minimum: 0.5, where: {kind: venue}}"])
    #expect(ratio.problems.count == 1 && ratio.problems[0].contains("expect[0].where: it is not known"))
  }

  @Test("nulls of no records passes, and of nothing but nulls does not")
  func allNull() throws {
    #expect(try Expected.breach("{check: nulls, field: x}", []) == nil)
    let breach = try Expected.breach("{check: nulls, field: x, maximum: 0.999}", ["{}", #"{"x":null}"#])
    #expect(breach == "2 of 2 records (1) have no x, and maximum is 0.999")
  }

  @Test(
    "A path leads into nested values, and a name with a dot is a name",
    arguments: [
      (".price.amount", #"{"price":{"amount":1}}"#, true), (".price.amount", #"{"price":7}"#, false),
      (".price.amount", #"{"price":null}"#, false), (".list[0].id", #"{"list":[{"id":"a"}]}"#, true),
      (".list[0].id", #"{"list":[]}"#, false), ("a.b", #"{"a.b":1}"#, true), ("a.b", #"{"a":{"b":1}}"#, false),
      (#".[\"a b\"]"#, #"{"a b":1}"#, true),
    ])
  func nested(field: String, record: String, isThere: Bool) throws {
    #expect(try (Expected.breach(#"{check: nulls, field: "\#(field)"}"#, [record]) == nil) == isThere)
  }

  @Test(
    "range takes numbers of any spelling, also as texts",
    arguments: ["0", "1e2", "100.000", "-0", #""50""#, #"" 7.5 ""#, #""1e1""#, "null", #""""#])
  func inside(value: String) throws {
    let rule = "{check: range, field: x, minimum: 0, maximum: 100}"
    #expect(try Expected.breach(rule, [#"{"x":\#(value)}"#]) == nil)
  }

  @Test(
    "range refuses what is outside, and what is no number",
    arguments: [
      "-0.0001", "100.00000000000000000001", "1e400", #""NaN""#, #""Infinity""#, #""1,5""#, #""0x10""#, "true", "[1]",
      #"{"a":1}"#, #""2024-05-31""#,
    ])
  func outside(value: String) throws {
    let rule = "{check: range, field: x, minimum: 0, maximum: 100}"
    let breach = try #require(try Expected.breach(rule, [#"{"x":\#(value)}"#, #"{"x":1}"#, "{}"]))
    #expect(breach.hasPrefix("1 of 2 values of x (0.5) are outside of 0 … 100, the first is "), "\(breach)")
    #expect(breach.hasSuffix(", and maximum_share is 0"))
    #expect(try Expected.breach("\(rule.dropLast()), maximum_share: 0.5}", [#"{"x":\#(value)}"#, #"{"x":1}"#]) == nil)
  }

  @Test("range without values passes, and one bound is enough")
  func oneBound() throws {
    #expect(try Expected.breach("{check: range, field: x, minimum: 5}", []) == nil)
    #expect(try Expected.breach("{check: range, field: x, minimum: 5}", [#"{"x":1e9}"#]) == nil)
    #expect(try Expected.breach("{check: range, field: x, maximum: 5}", [#"{"x":-1e9}"#]) == nil)
    #expect(try Expected.breach("{check: range, field: x, maximum: 5}", [#"{"x":6}"#]) != nil)
  }

  @Test(
    "range of times reads them in several zones",
    arguments: [
      ("2024-05-31T00:00:00-05:00", true), ("2024-05-31T05:00:00Z", true), ("2024-05-31T04:59:59Z", false),
      ("2024-05-31", true), ("2024-05-30", false), ("2024-05-31 10:30", true), ("2024-06-01T04:59:59.5Z", true),
      ("2024-06-01T00:00:01", false), ("2024-06-01T07:00:00+02:00", true), ("never", false), ("20240531", false),
    ])
  func times(value: String, isInside: Bool) throws {
    let rule = "{check: range, field: x, minimum: 2024-05-31, maximum: \"2024-06-01T00:00:00\"}"
    let breach = try Expected.breach(rule, [#"{"x":"\#(value)"}"#], zone: "America/Chicago")
    #expect((breach == nil) == isInside, "\(breach ?? "")")
  }

  @Test("unique finds equal values, also of several fields and nested ones, and leaves out records without one")
  func unique() throws {
    let rule = "{check: unique, fields: [id]}"
    #expect(try Expected.breach(rule, []) == nil)
    #expect(try Expected.breach(rule, ["{}", "{}", #"{"id":null}"#, #"{"id":null}"#]) == nil)
    #expect(try Expected.breach(rule, [#"{"id":1}"#, #"{"id":"1"}"#, #"{"id":true}"#]) == nil)
    // Equal for a reader of Unicode, and two keys for a table.
    #expect(try Expected.breach(rule, [#"{"id":"é"}"#, #"{"id":"e\u0301"}"#]) == nil)
    let breach = try Expected.breach(rule, [#"{"id":"a\nb"}"#, #"{"id":2}"#, #"{"id":"a\nb"}"#, #"{"id":"a\nb"}"#])
    #expect(breach == #"2 of 4 records repeat the id of another one, the first "a\nb""#)
    let two = "{check: unique, fields: [a, .b.c]}"
    #expect(
      try Expected.breach(two, [#"{"a":1,"b":{"c":1}}"#, #"{"a":1,"b":{"c":2}}"#, #"{"a":1}"#, #"{"a":1}"#]) == nil)
    #expect(try Expected.breach(two, [#"{"a":1,"b":{"c":1}}"#, #"{"b":{"c":1},"a":1}"#]) != nil)
  }

  @Test(
    "pattern is of the whole value, which is a text",
    arguments: [("LA", true), ("la", false), ("LAX", false), ("L\nA", false)])
  func pattern(value: String, isRight: Bool) throws {
    let rule = #"{check: pattern, field: x, pattern: "[A-Z]{2}|none"}"#
    let record = #"{"x":"\#(value.replacing("\n", with: "\\n"))"}"#
    #expect(try (Expected.breach(rule, [record]) == nil) == isRight)
    #expect(
      try Expected.breach(rule, [record, #"{"x":7}"#, #"{"x":"none"}"#, "{}"])?.hasPrefix(
        isRight ? "1 of 3 values of x (0.333) do not match [A-Z]{2}|none, the first is 7" : "2 of 3 values of x")
        == true)
    #expect(
      try Expected.breach("\(rule.dropLast()), maximum_share: 0.7}", [record, #"{"x":7}"#, #"{"x":"none"}"#]) == nil)
  }

  @Test(
    "pattern matches characters, of any script, and has its own brackets only",
    arguments: [
      (".{4}", "Café", true), (".{3}", "Café", false), ("[éà]", "é", true), ("[éà]", "è", false), ("[^é]", "ü", true),
      ("[^é]", "é", false), ("[à-ü]", "é", true), ("[à-ü]", "ÿ", false), ("[à-ü]+", "né", false), (".", "🎺", true),
      ("é|ü", "ü", true), ("(.)\\\\1", "aa", true), ("(.)\\\\1", "ab", false), ("(é)\\\\1", "éé", true),
      ("a|ab", "ab", true), ("", "a", false), ("a)b", "ab", false),
    ])
  func characters(pattern: String, value: String, isRight: Bool) throws {
    let rule = #"{check: pattern, field: x, pattern: "\#(pattern)"}"#
    #expect(try (Expected.breach(rule, [#"{"x":"\#(value)"}"#]) == nil) == isRight)
  }

  @Test("one_of has the values that are allowed, also numbers and truth values; no value is right")
  func oneOf() throws {
    let rule = "{check: one_of, field: x, values: [scheduled, 1, true]}"
    #expect(try Expected.breach(rule, [#"{"x":"scheduled"}"#, #"{"x":1}"#, #"{"x":true}"#, "{}"]) == nil)
    #expect(
      try Expected.breach(rule, [#"{"x":"scheduled"}"#, #"{"x":"Scheduled"}"#])
        == #"1 of 2 values of x (0.5) are none of scheduled, 1, true, the first is "Scheduled", and maximum_share is 0"#
    )
  }

  @Test("together wants all of the fields or none")
  func together() throws {
    let rule = "{check: together, fields: [a, .b.c]}"
    #expect(try Expected.breach(rule, ["{}", #"{"a":1,"b":{"c":2}}"#, #"{"a":null,"b":{}}"#]) == nil)
    #expect(
      try Expected.breach(rule, ["{}", #"{"a":1}"#, #"{"a":1,"b":{"c":2}}"#])
        == "1 of 2 records (0.5) have some of a, .b.c only, the first has 1, and maximum_share is 0")
  }

  @Test(
    "An age has a unit", arguments: [("36h", 129_600), ("90s", 90), ("5m", 300), ("7d", 604_800), ("2w", 1_209_600)])
  func ages(text: String, seconds: Int) {
    #expect(DocumentAge(text)?.seconds == seconds)
    for odd in ["0\(text.suffix(1))", "-\(text)", "\(text)\(text)", " \(text)", "1234567h", "36", "h", "3.5h"] {
      #expect(DocumentAge(odd) == nil, "\(odd)")
    }
  }

  @Test("An age is shown in the unit in which it is at least two")
  func shownAges() {
    #expect(
      [0, 119, 120, 7199, 7200, 172_799, 172_800].map { "\(DocumentAge(seconds: $0))" } == [
        "0s", "119s", "2m", "119m", "2h", "47h", "2d",
      ])
  }
}
