import Testing

@Suite("Types of fields")
struct FieldTypeTests {
  @Test(
    "A number keeps its spelling; a text that is a number becomes one",
    arguments: [
      ("12345678901234567890", "12345678901234567890"), ("1.10", "1.10"), ("1e-09", "1e-09"), ("\"12.50\"", "12.50"),
      ("\" +7 \"", "7"), ("\"007\"", "7"), ("\".5\"", "0.5"), ("\"5.\"", "5"), ("\"-0.0\"", "-0.0"), ("\"1E3\"", "1E3"),
      ("\"\\u00a012\"", "12"),
    ])
  func numbers(value: String, expected: String) throws { #expect(try read("type: number", value) == expected) }

  @Test(
    "A value that is no number is named",
    arguments: [
      "\"1,5\"", "\"NaN\"", "\"Infinity\"", "\"0x10\"", "\"1_000\"", "\"12 €\"", "\"1e\"", "\"--1\"", "true", "[]",
      "{\"a\":1}", "\".\"", "\"١٢\"",
    ])
  func noNumbers(value: String) throws { #expect(try read("type: number", value).hasPrefix("x: ")) }

  @Test(
    "An integer has no fraction, or truncate cuts it off, in any spelling",
    arguments: [
      ("\"3.7\"", "3"), ("10.0", "10"), ("-0.5", "0"), ("1.25e1", "12"), ("12e-1", "1"), ("5e2", "500"), ("-3.9", "-3"),
      ("98765432109876543210.5", "98765432109876543210"),
    ])
  func integers(value: String, expected: String) throws {
    #expect(try read("type: integer, truncate: true", value) == expected)
    #expect(try read("type: integer", "3.7") == "x: 3.7 is not an integer")
    #expect(try read("type: integer", "3.0") == "3")
    #expect(try read("type: integer, truncate: true", "1e999999999") == "x: 1e999999999 is not an integer")
    #expect(try read("type: integer, truncate: true", "1e9999999999999999999").hasPrefix("x: "))
  }

  @Test(
    "A decimal comma divides the fraction, points and spaces groups of three digits (F40)",
    arguments: [
      ("\"1.234,5\"", "1234.5"), ("\"1.234\"", "1234"), ("\"1 234,50\"", "1234.50"), ("\"-0,5\"", "-0.5"),
      ("\"1234,5\"", "1234.5"), ("\"12.345.678,9\"", "12345678.9"), ("7.25", "7.25"), ("\"1\\u00a0234\"", "1234"),
    ])
  func decimalComma(value: String, expected: String) throws {
    #expect(try read("type: decimal_comma", value) == expected)
  }

  @Test(
    "A point that divides no group is refused, not guessed", arguments: ["1.5", "12.34,5", "1,2,3", "1234.567", ","])
  func noDecimalComma(text: String) throws {
    #expect(try read("type: decimal_comma", "\"\(text)\"") == "x: '\(text)' is not a number with a decimal comma")
  }

  @Test("A message names the key or the type that reads the value")
  func advice() throws {
    for type in ["number", "integer"] {
      #expect(
        try read("type: \(type)", "\"1.234,50\"")
          == "x: '1.234,50' is not a number: the type decimal_comma reads it")
      #expect(try read("type: \(type)", "\"free\"") == "x: 'free' is not a number")
    }
    #expect(
      try read("type: boolean", "\"Y\"")
        == "x: 'Y' is neither true nor false: map can name the source's words for them")
    #expect(try read("type: boolean, map: {Y: true, N: false}", "\"N\"") == "false")
  }

  @Test("A text is as sent; a number becomes one in its spelling; other values are none")
  func texts() throws {
    #expect(try read("type: text", "\" a \"") == "\" a \"")
    #expect(try read("trim: true", "\"\\u3000 a\\u00a0\"") == "\"a\"")
    #expect(try read("type: text", "1.50") == "\"1.50\"")
    #expect(try read("type: text", "true") == "x: true or false is not a text")
    #expect(try read("type: text", "\"\\u3000\"") == "null")
  }

  @Test("A boolean is true or false, in a text too")
  func booleans() throws {
    #expect(try read("type: boolean", "false") == "false")
    #expect(try read("type: boolean", "\" True\"") == "true")
    #expect(try read("type: boolean", "1") == "x: 1 is not true or false")
    #expect(try read("type: boolean, map: {\"1\": \"true\", no: \"false\"}", "\"no\"") == "false")
  }

  @Test("Of markup the text stays: tags out, references decoded, white space collapsed")
  func html() throws {
    let title = "Tom &#8211; <em>Jerry</em>  &#038; Co &lt;live&gt;"
    #expect(try read("type: html_text", "\"\(title)\"") == "\"Tom – Jerry & Co <live>\"")
    #expect(try read("type: html_text", "\"<p>a<br />b</p><script>alert(1)</script>\"") == "\"ab\"")
    #expect(try read("type: html_text", "\"<p>Short&nbsp;text\\n [&hellip;]</p>\\n\"") == "\"Short text […]\"")
    #expect(try read("type: html_text", "\" <p> </p> \"") == "null")
    #expect(try read("type: html_text, default: Untitled", "\"&nbsp;\"") == "\"Untitled\"")
  }

  @Test("A list's texts are trimmed, and null and blank ones left out")
  func lists() throws {
    #expect(try read("type: list", #"[" a ", "", 5, null, "\u00a0"]"#) == #"["a","5"]"#)
    #expect(try read("type: list, split: \",\"", "\"red, blue,,\"") == #"["red","blue"]"#)
    #expect(try read("type: list", "\"a,b\"") == "x: 'a,b' is not a list")
    #expect(try read("type: list", "null") == "[]")
    #expect(try read("type: list, items: html_text", #"["R&#038;B"]"#) == #"["R&B"]"#)
    #expect(try read("type: list, items: json", #"[{"a":[1]}]"#) == #"[{"a":[1]}]"#)
  }

  @Test("A map replaces words; what it does not have becomes `otherwise`")
  func maps() throws {
    let status = "map: {publish: active, trash: deleted}, default: active, otherwise: pending"
    for (value, expected) in [
      ("\"publish\"", "active"), ("\"trash\"", "deleted"), ("null", "active"), ("\"\"", "active"),
    ] {
      #expect(try read(status, value) == "\"\(expected)\"")
    }
    let kept = try makeNormalizer("metadata: rest\nfields: {x: {\(status)}}").one(#"{"x": "future"}"#)
    #expect(kept == #"{"x":"pending","rest":{"x":"future"}}"#, "the word itself would be lost")
    #expect(try read("map: {a: b}", "\"c\"") == "x: 'c' is not in its map")
  }

  @Test("Limits reject the record and name the field; they are never cut in silence")
  func limits() throws {
    #expect(try read("max_length: 3", "\"añé\"") == "\"añé\"")
    #expect(try read("max_length: 3", "\"abcd\"") == "x: it has 4 characters, and at most 3 are allowed")
    #expect(try read("max_length: 1", "\"e\\u0301\"").hasPrefix("x: it has 2 characters"), "as Postgres counts them")
    let rating = "type: number, minimum: 0, maximum: 5"
    #expect(try read(rating, "5.0") == "5.0")
    #expect(try read(rating, "-0.0") == "-0.0")
    #expect(try read(rating, "5.00000000000000000001").hasSuffix("it must be at least 0 and at most 5"))
    #expect(try read(rating, "-1e-400").hasPrefix("x: it is -1e-400"), "a Double would be zero")
    #expect(try read(rating, "1e400").hasPrefix("x: it is 1e400"))
    #expect(try read("type: number, minimum: -2.5", "-2.51").hasPrefix("x: "))
    #expect(try read("type: number, minimum: -2.5", "-2.5") == "-2.5")
    #expect(try read("type: integer, truncate: true, minimum: 0", "-0.5") == "0", "the field's value counts")
  }
}
