import Testing

@Suite("Dates and timestamps of fields")
struct FieldTimeTests {
  @Test(
    "ISO 8601, without an offset in the zone; every digit of a fraction stays",
    arguments: [
      ("2024-01-02T03:04:05", "2024-01-02T03:04:05Z"), ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
      ("2024-01-02T03:04:05+02:00", "2024-01-02T03:04:05+02:00"),
      ("2024-01-02 03:04:05.1234567890", "2024-01-02T03:04:05.1234567890Z"), ("20240102T0304", "2024-01-02T03:04:00Z"),
      ("2024-01-02T03:04:05,5-0530", "2024-01-02T03:04:05.5-05:30"), ("2024-01-02T03+02", "2024-01-02T03:00:00+02:00"),
      ("2024-12-31T24:00", "2025-01-01T00:00:00Z"), (" 2024-01-02t03:04z ", "2024-01-02T03:04:00Z"),
    ])
  func iso(text: String, expected: String) throws {
    #expect(try read("type: timestamp", "\"\(text)\"") == "\"\(expected)\"")
  }

  @Test(
    "What is no instant is refused",
    arguments: [
      "last week", "2024-02-30T00:00:00", "2024-01-15", "2024-01-02T25:00", "2024-01-02T03:60", "2024-01-02T03:04:60",
      "2024-01-02T03:", "2024-1-2T03:04", "2024-01-02T03:04:05.", "2024-01-02T03:04:05+", "2024-01-02T03:04+1:00",
      "0000-00-00T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00", "2024-01-02T03:04:05Zx",
      "2024-01-02T24:00:01",
    ])
  func refused(text: String) throws {
    #expect(try read("type: timestamp", "\"\(text)\"") == "x: '\(text.prefix(40))' is not a timestamp")
  }

  @Test("The gap in spring moves a time forward, the overlap in autumn takes the first (F39)")
  func zone() throws {
    let zone = "America/Chicago"
    #expect(try read("type: timestamp", "\"2024-03-10T02:30:00\"", zone: zone) == "\"2024-03-10T03:30:00-05:00\"")
    #expect(try read("type: timestamp", "\"2024-11-03T01:30:00\"", zone: zone) == "\"2024-11-03T01:30:00-05:00\"")
    #expect(try read("type: timestamp", "\"2024-11-03T01:30:00Z\"", zone: zone) == "\"2024-11-03T01:30:00Z\"")
    let own = try makeNormalizer("timezone: Europe/Berlin\nfields: {x: {type: timestamp}}", zone: zone)
    #expect(try own.one(#"{"x": "2024-07-01T12:00"}"#) == #"{"x":"2024-07-01T12:00:00+02:00"}"#)
  }

  @Test("A time that the source does not give is null or refused, unless the definition gives one")
  func noTime() throws {
    #expect(try read("type: timestamp, default_time: \"00:00\"", "\"2024-01-15\"") == "\"2024-01-15T00:00:00Z\"")
    #expect(
      try read("type: timestamp, default_time: \"20:00\"", "\"2024-07-15\"", zone: "America/Chicago")
        == "\"2024-07-15T20:00:00-05:00\"")
    #expect(try read("type: timestamp, default_time: \"00:00\"", "\"2024-02-30\"").hasPrefix("x: "))
  }

  @Test("Of two aliases one may be in UTC: WordPress's date_gmt")
  func utcAlias() throws {
    let normalizer = try makeNormalizer(
      "fields: {at: {type: timestamp, aliases: [date_gmt, date], utc: [date_gmt]}}", zone: "America/Chicago")
    #expect(
      try normalizer.one(#"{"date": "2024-01-01T06:00:00", "date_gmt": "2024-01-01T12:00:00"}"#)
        == #"{"at":"2024-01-01T12:00:00Z","date":"2024-01-01T06:00:00"}"#)
    #expect(
      try normalizer.one(#"{"date": "2024-01-01T06:00:00", "date_gmt": null}"#)
        == #"{"at":"2024-01-01T06:00:00-06:00","date_gmt":null}"#)
  }

  @Test(
    "Formats are tried in their order, and no others",
    arguments: [
      ("[\"%d/%m/%Y\"]", "\"15/01/2024\"", "2024-01-15T00:00:00Z"),
      ("[\"%b %d, %Y %I:%M %p\"]", "\"Jan 5, 2024 12:30 AM\"", "2024-01-05T00:30:00Z"),
      ("[\"%d %B %y %H:%M:%S %z\"]", "\"5 March 99 23:00:01 +0100\"", "1999-03-05T23:00:01+01:00"),
      ("[\"%m/%d/%Y\", iso8601]", "\"2024-01-15\"", "2024-01-15T00:00:00Z"),
      ("[unix]", "1704067200", "2024-01-01T00:00:00Z"), ("[unix]", "\"-1\"", "1969-12-31T23:59:59Z"),
      ("[unix_ms]", "1704067200050", "2024-01-01T00:00:00.050Z"), ("[unix_ms]", "-1", "1969-12-31T23:59:59.999Z"),
    ])
  func formats(formats: String, value: String, expected: String) throws {
    #expect(
      try read("type: timestamp, default_time: \"00:00\", formats: \(formats)", value) == "\"\(expected)\"")
    #expect(try read("type: timestamp, formats: [unix]", "\"2024-01-01T00:00:00Z\"").hasPrefix("x: "))
    // The smallest integer has no positive counterpart.
    for number in ["1e300", "-9223372036854775808", "9223372036854775807", "300000000000"] {
      #expect(try read("type: timestamp, formats: [unix]", number).hasPrefix("x: "), "\(number)")
    }
    #expect(try read("type: timestamp, formats: [unix_ms]", "-9223372036854775808").hasPrefix("x: "))
  }

  @Test("A date has no time")
  func dates() throws {
    #expect(try read("type: date", "\"2024-01-15\"") == "\"2024-01-15\"")
    #expect(try read("type: date", "\"2024-01-15T10:00\"") == "x: '2024-01-15T10:00' is not a date")
    #expect(try read("type: date, formats: \"%d.%m.%Y\"", "\"29.2.2024\"") == "\"2024-02-29\"")
    #expect(try read("type: date, formats: \"%d.%m.%Y\"", "\"29.2.2023\"").hasPrefix("x: "))
  }
}
