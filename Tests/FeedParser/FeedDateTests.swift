import Testing
import Time

@testable import FeedParser

@Suite("Dates of feeds")
struct FeedDateTests {
  @Test(
    "Every form is read (F20)",
    arguments: [
      ("Tue, 10 Jun 2003 04:00:00 GMT", "2003-06-10T04:00:00Z"), ("10 Jun 2003 04:00 +0200", "2003-06-10T02:00:00Z"),
      ("Tue, 10 Jun 03 04:00:00 EST", "2003-06-10T09:00:00Z"),
      ("Tue,10 Jun 1999 4:00:00 -0330", "1999-06-10T07:30:00Z"),
      ("10 June 99 04:00 PDT", "1999-06-10T11:00:00Z"), ("Tuesday, 10-Jun-03 04:00:00 UT", "2003-06-10T04:00:00Z"),
      ("Tue Jun 10 04:00:00 2003", "2003-06-10T04:00:00Z"), ("Tue Jun  1 04:00:00 EDT 2003", "2003-06-01T08:00:00Z"),
      ("Jun 10, 2003 04:05 PM", "2003-06-10T16:05:00Z"), ("10 Jun 2003 12:00 am GMT", "2003-06-10T00:00:00Z"),
      ("10 Jun 2003 12:00 pm GMT", "2003-06-10T12:00:00Z"), ("10 Jun 2003 0:30 PM GMT", "2003-06-10T00:30:00Z"),
      ("10 Jun 2003 14:05 PM EST", "2003-06-10T19:05:00Z"), ("2024-05-31T08:00:00,123Z", "2024-05-31T08:00:00Z"),
      ("2024-05-31 08:00:00,5 +02:00", "2024-05-31T06:00:00Z"), ("20240531T080000,123Z", "2024-05-31T08:00:00Z"),
      ("10 Jun 2003", "2003-06-10T00:00:00Z"), ("10 Jun 2003 04:00:00 GMT-0500 (EST)", "2003-06-10T09:00:00Z"),
      ("10 Jun 2003 04:00:00 GMT +1", "2003-06-10T03:00:00Z"), ("mar, 10 Jun 2003 23:59:60 Z", "2003-06-11T00:00:00Z"),
      ("2003-06-10T04:00:00-07:00", "2003-06-10T11:00:00Z"), ("2003-06-10T04:00:00.250Z", "2003-06-10T04:00:00Z"),
      ("2003-06-10t04:00:00+0130", "2003-06-10T02:30:00Z"), ("2003-06-10 04:00:00.0", "2003-06-10T04:00:00Z"),
      ("2003-06-10T04:00Z", "2003-06-10T04:00:00Z"), ("2003-06-10T04:00+01", "2003-06-10T03:00:00Z"),
      ("2003-06-10", "2003-06-10T00:00:00Z"), ("2003-06", "2003-06-01T00:00:00Z"), ("2003", "2003-01-01T00:00:00Z"),
      ("20030610", "2003-06-10T00:00:00Z"), ("20030610T040000Z", "2003-06-10T04:00:00Z"),
      ("2020/1/10 14:33:00", "2020-01-10T14:33:00Z"), ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"),
      ("2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z"), ("2003-06-10T04:00:00 +02:00", "2003-06-10T02:00:00Z"),
    ])
  func forms(text: String, expected: String) { #expect(FeedDate(text, zone: nil)?.text == expected) }

  @Test(
    "What is no date is none",
    arguments: [
      "", " ", "yesterday, around noon", "31 Feb 2003 00:00:00 GMT", "2003-13-01", "2003-02-30T00:00:00Z", "10/06/2003",
      "10 Jun", "Jun 2003", "10 Jun 2003 25:00", "10 Jun 2003 04:61", "0000-00-00T00:00:00Z", "1054555200", "Tue", "T",
      "2003-06-10T", "2003-06-10T04:00:00+99:00", "10 Jun 2003 04:00 +", "0001-01-01T00:00:00+10:00", "--", "1 Jan x",
      ",",
      "١ Jan 2003", "10 Jun 2003 ٤:00", "9999-12-31T23:00:00-10:00", String(repeating: "1 ", count: 60),
      "2003-06-10T04:00:00 +1:2:3:4:5",
    ])
  func none(text: String) {
    // A `T` without a time behind it is the day.
    let expected = text == "2003-06-10T" ? "2003-06-10T00:00:00Z" : nil
    #expect(FeedDate(text, zone: nil)?.text == expected)
  }

  @Test("A zone that means nothing is UTC, and known")
  func unknownZones() {
    let date = FeedDate("10 Jun 2003 04:00:00 CEST", zone: nil)
    #expect(date?.text == "2003-06-10T04:00:00Z")
    #expect(date?.unknownZone == "CEST")
    #expect(FeedDate("10 Jun 2003 04:00:00 EST", zone: nil)?.unknownZone == nil)
  }

  @Test("A date without a zone is in that of the definition")
  func zones() throws {
    let text = FeedParserTests.rss(
      "<item><pubDate>10 Jun 2003 04:00:30</pubDate></item><item><pubDate>2003-06-10T04:00:00Z</pubDate></item>")
    let records = try FeedParserTests.parse(text, timezone: "America/Chicago").records
    #expect(records.map { $0.fields["published"] } == ["2003-06-10T09:00:30Z", "2003-06-10T04:00:00Z"])
  }

  @Test("A date that cannot be read is null with a warning, and another one of the entry counts")
  func fallback() throws {
    let result = try FeedParserTests.parse(
      FeedParserTests.rss(
        "<item><guid>1</guid><pubDate>soon</pubDate><dc:date>2003-06-10</dc:date></item><item><pubDate>x</pubDate></item>"
      ))
    #expect(result.records.map { $0.fields["published"] } == ["2003-06-10T00:00:00Z", .null])
    #expect(
      result.warnings.map(\.description) == ["1: its date cannot be read: 'soon'", "its date cannot be read: 'x'"])
  }
}
