import JSON
import TestSupport
import Testing
import Time

@testable import PostgresSink

@Suite("Values of columns")
struct ValueReaderTests {
  private func read(_ json: String, _ type: ColumnType) -> ColumnValue? {
    guard let value = try? JSONValue(parsing: json) else { return nil }
    return try? ValueReader.read(value, as: type, field: "f")
  }

  @Test("are integers from numbers and texts without a fraction, in 64 bits")
  func integers() {
    for (text, value) in [
      ("1", 1), (#""-2""#, -2), ("1.0", 1), ("1e3", 1000), ("9223372036854775807", Int.max),
      ("-9223372036854775808", Int.min), (#""007""#, 7),
    ] { #expect(read(text, .integer) == .integer(value), "\(text)") }
    for text in [
      "9223372036854775808", "-9223372036854775809", "1.5", #""1,5""#, #"" 1""#, #""+1""#, #""1_0""#, #""0x1""#, "true",
      "[]", #""NaN""#, "1e999999999",
    ] { #expect(read(text, .integer) == nil, "\(text)") }
    #expect(read(#""""#, .integer) == .null && read("null", .integer) == .null)
  }

  @Test("are decimal numbers with every digit, within precision and scale")
  func decimals() throws {
    let type = ColumnType.numeric(precision: 5, scale: 2)
    for (text, value) in [
      ("999.99", "999.99"), ("-0.10", "-0.1"), (#""1.50""#, "1.5"), ("1e2", "100"), ("0.00", "0"), ("-0", "0"),
    ] {
      #expect(read(text, type) == .decimal(try #require(DecimalNumber(value))), "\(text)")
    }
    for text in ["1000", "0.001", "1e3", #""1,5""#, #""Infinity""#, #""NaN""#, #"".5""#, #""5.""#, "1e-5000", "1e5000"]
    {
      #expect(read(text, type) == nil, "\(text)")
    }
    let digits = "0.12345678901234567890123456789"
    #expect(read(digits, .numeric(precision: nil, scale: 0)) == .decimal(try #require(DecimalNumber(digits))))
  }

  @Test("are doubles that are finite and not made 0")
  func doubles() {
    #expect(
      read("0.1", .double) == .double(0.1) && read(#""1e-3""#, .double) == .double(0.001)
        && read("0", .double) == .double(0))
    for text in ["1e400", "1e-400", #""nan""#, #""inf""#, #""0x1p3""#, #""1 ""#] {
      #expect(read(text, .double) == nil, "\(text)")
    }
  }

  @Test("are flags, dates and times in one spelling each")
  func others() {
    #expect(read("true", .boolean) == .flag(true) && read(#""false""#, .boolean) == .flag(false))
    for text in ["1", #""yes""#, #""TRUE""#, "0"] { #expect(read(text, .boolean) == nil, "\(text)") }
    #expect(read(#""2024-02-29""#, .date) == CalendarDate("2024-02-29").map { .date($0) })
    for text in [
      #""2023-02-29""#, #""2024-2-9""#, #""2024-02-29T00:00:00Z""#, #""29.02.2024""#, "20240229", #""0000-01-01""#,
    ] {
      #expect(read(text, .date) == nil, "\(text)")
    }
    #expect(read(#""1970-01-01T00:00:00.000001Z""#, .timestamptz) == .time(microseconds: 1))
    #expect(read(#""1969-12-31T19:00:00-05:00""#, .timestamptz) == .time(microseconds: 0))
    for text in [#""2024-05-31T20:00:00""#, #""2024-05-31""#, "0", #""2024-05-31T24:00:00Z""#] {
      #expect(read(text, .timestamptz) == nil, "\(text)")
    }
  }

  @Test("are texts of at most so many characters, without NUL, and lists of them")
  func texts() {
    #expect(read("1.50", .text(maximum: nil)) == .text("1.50") && read("true", .text(maximum: nil)) == .text("true"))
    #expect(read(#""""#, .text(maximum: nil)) == .text(""))
    #expect(read(#""éé""#, .text(maximum: 2)) == .text("éé") && read(#""ééx""#, .text(maximum: 2)) == nil)
    #expect(read(#""e\u0301""#, .text(maximum: 1)) == nil, "Postgres counts code points")
    for text in [#""\u0000""#, "[]", "{}"] { #expect(read(text, .text(maximum: nil)) == nil, "\(text)") }
    #expect(read(#"["a", 1]"#, .texts) == .texts(["a", "1"]) && read("[]", .texts) == .texts([]))
    for text in [#""a""#, "[null]", "[[]]", #"["\u0000"]"#, "{}"] { #expect(read(text, .texts) == nil, "\(text)") }
  }

  @Test("are JSON that jsonb can hold, with sorted members")
  func json() {
    #expect(read(#"{"b": 1.0, "a": [true, null, "\n\\"]}"#, .jsonb) == .json(#"{"a":[true,null,"\n\\"],"b":1.0}"#))
    for text in [#"{"a": "\u0000"}"#, #"{"\u0000": 1}"#, "[1e99999]", "1e-2000"] {
      #expect(read(text, .jsonb) == nil, "\(text)")
    }
  }

  @Test("in messages are short, and hold nothing that Postgres cannot store")
  func messages() throws {
    let long = try JSONValue(parsing: "\"\(String(repeating: "é\\u0000", count: 100))\"")
    let shown = ValueReader.shown(long)
    #expect(shown.unicodeScalars.count == 61 && !shown.utf8.contains(0))
  }
}
