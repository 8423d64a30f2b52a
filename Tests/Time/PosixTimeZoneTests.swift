import Foundation
import Testing

@testable import Time

@Suite("POSIX rules")
struct PosixTimeZoneTests {
  func zone(_ text: String) throws -> PosixTimeZone { try #require(PosixTimeZone(Array(text.utf8))) }

  func offset(_ text: String, at instant: String) throws -> Int {
    let date = try #require(RFC3339.parse(instant)).date
    return try zone(text).period(at: date.wholeSeconds).offset
  }

  @Test(
    "Each form of rule changes the offset at the right second",
    arguments: [
      // The week of a month: the second Sunday of March, the first of November.
      ("CST6CDT,M3.2.0,M11.1.0", "2050-03-13T08:00:00Z", -18_000),
      ("CST6CDT,M3.2.0,M11.1.0", "2050-11-06T07:00:00Z", -21_600),
      // Week 5 is the last, whether the month has four of the day or five.
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31T01:00:00Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2025-10-26T01:00:00Z", 3600),
      // In the southern hemisphere summer time spans the new year.
      ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-10-01T16:00:00Z", 39_600),
      ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2051-04-01T16:00:00Z", 36_000),
      // Dublin's standard time is in summer; winter time is one hour less.
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-10-30T01:00:00Z", 0),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-03-27T01:00:00Z", 3600),
      // Hours may be negative, or more than a day.
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T01:00:00Z", -3600),
      ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2050-03-26T00:00:00Z", 10_800),
      ("XST0XDT,J1/-25,J100", "2049-12-30T23:00:00Z", 3600),
      // Jn does not count 29 February: day 60 is always 1 March.
      ("XST0XDT,J60/0,J300/0", "2024-03-01T00:00:00Z", 3600),
      ("XST0XDT,J60/0,J300/0", "2023-03-01T00:00:00Z", 3600),
      // n counts it: day 59 is 29 February in a leap year.
      ("XST0XDT,59/0,300/0", "2024-02-29T00:00:00Z", 3600),
      ("XST0XDT,59/0,300/0", "2023-03-01T00:00:00Z", 3600),
      ("XST0XDT,365/0,100/0", "2024-12-31T00:00:00Z", 3600),
      // Summer time may differ by other than one hour, and offsets may have minutes and seconds.
      ("LHST-10:30LHDT-11,M10.1.0,M4.1.0", "2050-10-01T15:30:00Z", 39_600),
      ("XST5:30:15XDT,M3.2.0/2:30:45,M11.1.0", "2050-03-13T08:01:00Z", -16_215),
    ])
  func change(rule: String, instant: String, offset: Int) throws {
    let date = try #require(RFC3339.parse(instant)).date
    #expect(try zone(rule).period(at: date.wholeSeconds).offset == offset)
    #expect(try zone(rule).period(at: date.wholeSeconds - 1).offset != offset)
    #expect(try zone(rule).period(at: date.wholeSeconds - 1).end == date.wholeSeconds)
  }

  @Test("Summer time that ends when the next begins lasts all year")
  func permanentSummer() throws {
    for instant in ["2050-01-01T02:59:59Z", "2050-01-01T03:00:00Z", "2050-07-01T00:00:00Z", "2051-01-01T03:00:00Z"] {
      #expect(try offset("XXX3EDT4,0/0,J365/23", at: instant) == -14_400)
    }
  }

  @Test("A zone without summer time never changes")
  func constant() throws {
    #expect(try zone("<+0545>-5:45").period(at: 0).offset == 20_700)
    #expect(try zone("<+0545>-5:45").period(at: 0).end == nil)
  }

  @Test(
    "Other texts are refused",
    arguments: [
      "", "C6", "CST", "CST6CDT", "CST6CDT,", "CST6CDT,M3.2.0", "CST6CDT,M3.2.0,M11.1.0,", "CST6CDT,M13.2.0,M11.1.0",
      "CST6CDT,M3.0.0,M11.1.0", "CST6CDT,M3.6.0,M11.1.0", "CST6CDT,M3.2.7,M11.1.0", "CST6CDT,J0,J10",
      "CST6CDT,J366,J10",
      "CST6CDT,366,10", "CST25", "CST6:60", "CST6CDT,M3.2.0/168,M11.1.0", "CST6CDT,M3.2.0/,M11.1.0", "<CST6", "<+0>1",
      "CST6CDT5", "CST99999999999999999999", ":America/Chicago", "CST 6",
    ])
  func refused(text: String) {
    #expect(PosixTimeZone(Array(text.utf8)) == nil)
  }
}
