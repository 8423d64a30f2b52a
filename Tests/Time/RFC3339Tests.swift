import Foundation
import Testing
import Time

@Suite("RFC 3339")
struct RFC3339Tests {
  @Test(
    "An instant is formatted in the local time of its offset",
    arguments: [
      (1_717_185_600.0, -18000, "2024-05-31T15:00:00-05:00"), (0.0, 0, "1970-01-01T00:00:00+00:00"),
      (-1.0, 0, "1969-12-31T23:59:59+00:00"), (-0.5, 19_800, "1970-01-01T05:29:59+05:30"),
      (1_717_185_600.999, -18000, "2024-05-31T15:00:00-05:00"), (1_709_251_199.0, -3600, "2024-02-29T22:59:59-01:00"),
      (0.0, -1800, "1969-12-31T23:30:00-00:30"),
    ])
  func written(seconds: Double, offset: Int, text: String) {
    #expect(RFC3339.string(Date(timeIntervalSince1970: seconds), offset: offset) == text)
  }

  @Test(
    "The format of log lines is UTC with milliseconds",
    arguments: [
      (1_717_185_600.0, "2024-05-31T20:00:00.000Z"), (1_717_185_600.5, "2024-05-31T20:00:00.500Z"),
      (-0.25, "1969-12-31T23:59:59.750Z"), (.nan, "1970-01-01T00:00:00.000Z"),
      (.infinity, "9999-12-31T23:59:59.000Z"), (-1e300, "0001-01-01T00:00:00.000Z"),
    ])
  func utc(seconds: Double, text: String) {
    #expect(RFC3339.utc(Date(timeIntervalSince1970: seconds)) == text)
  }

  @Test(
    "Microseconds are written rounded down to milliseconds, before 1970 too",
    arguments: [
      (1_717_185_600_123_999, "2024-05-31T20:00:00.123Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (-1001, "1969-12-31T23:59:59.998Z"), (0, "1970-01-01T00:00:00.000Z"),
      (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999Z"),
      (.max, "9999-12-31T23:59:59.999Z"), (.min, "0001-01-01T00:00:00.000Z"),
    ])
  func microseconds(microseconds: Int, text: String) {
    var bytes = Array("x".utf8)
    RFC3339.writeUTC(microseconds: microseconds, into: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "x" + text)
  }

  @Test("The seconds of an offset are dropped, and the text still means the same instant")
  func localMeanTime() throws {
    let date = Date(timeIntervalSince1970: -2_800_000_000)
    let text = RFC3339.string(date, offset: -21_036)
    #expect(text.hasSuffix("-05:50"))
    #expect(RFC3339.parse(text)?.date == date)
  }

  @Test("A date that is NaN or beyond the calendar is formatted as the nearest valid one")
  func extremes() {
    #expect(RFC3339.string(Date(timeIntervalSince1970: .nan), offset: 0) == "1970-01-01T00:00:00+00:00")
    #expect(RFC3339.string(Date(timeIntervalSince1970: .infinity), offset: 0) == "9999-12-31T23:59:59+00:00")
    #expect(RFC3339.string(.distantPast, offset: 0) == "0001-01-01T00:00:00+00:00")
  }

  @Test(
    "The examples of the RFC, and fractions of any length, are read",
    arguments: [
      ("1985-04-12T23:20:50.52Z", 482_196_050.52, 0), ("1996-12-19T16:39:57-08:00", 851_042_397.0, -28_800),
      ("1937-01-01T12:00:27.87+00:20", -1_041_337_172.13, 1200), ("2024-05-31t15:00:00z", 1_717_167_600.0, 0),
      ("2024-05-31T15:00:00-00:00", 1_717_167_600.0, 0),
      ("2024-05-31T15:00:00.123\(String(repeating: "4", count: 400))Z", 1_717_167_600.123, 0),
    ])
  func read(text: String, seconds: Double, offset: Int) throws {
    let parsed = try #require(RFC3339.parse(text))
    #expect(abs(parsed.date.timeIntervalSince1970 - seconds) < 0.001)
    #expect(parsed.offset == offset)
  }

  @Test(
    "Other texts are refused",
    arguments: [
      "", "2024-05-31", "2024-05-31T15:00:00", "2024-05-31 15:00:00Z", "2024-05-31T15:00Z", "2024-05-31T24:00:00Z",
      "2024-05-31T15:60:00Z", "2024-05-31T15:00:60Z", "2024-02-30T15:00:00Z", "2024-05-31T15:00:00.Z",
      "2024-05-31T15:00:00,5Z", "2024-05-31T15:00:00+5:00", "2024-05-31T15:00:00+0500", "2024-05-31T15:00:00+24:00",
      "2024-05-31T15:00:00+05:60", "2024-05-31T15:00:00Z ", " 2024-05-31T15:00:00Z", "2024-05-31T15:00:00ZZ",
      "2024-05-31T-5:00:00Z", "2024-05-31T15:00:00−05:00", "2024-05-31T15:00:00.5", "20240531T150000Z0000",
    ])
  func refused(text: String) {
    #expect(RFC3339.parse(text) == nil)
  }

  @Test("A formatted timestamp is parsed back unchanged")
  func roundTrip() throws {
    for step in 0..<2000 {
      let date = Date(timeIntervalSince1970: Double(step * 2_147_483 - 2_000_000_000))
      let offset = (step % 105 - 48) * 900
      let parsed = try #require(RFC3339.parse(RFC3339.string(date, offset: offset)))
      #expect(parsed == (date, offset))
    }
  }
}
