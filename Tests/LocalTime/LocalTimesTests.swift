import Contracts
import Definitions
import Foundation
import JSON
import LocalTime
import Processing
import Testing

@Suite("The transform local_time")
struct LocalTimesTests {
  private static func context() throws -> TransformContext {
    TransformContext(
      dataset: Dataset(id: "d", source: "s", dataType: "t", timeZone: "UTC", extractor: "http", sinks: []),
      item: try WorkItem(id: "all"), readAt: Date(timeIntervalSince1970: 0))
  }

  private static func section(_ keys: [(String, String)]) -> Section {
    let field = Section(values: keys.map { ($0.0, .scalar($0.1)) })
    let fields = Section(values: [("starts", .section(field))])
    return Section(plugin: "local_time", values: [("fields", .section(fields))])
  }

  private static let wanted = [("instant", "exact"), ("date", "day"), ("time", "clock"), ("zone", "zone")]
  private static let dayEnd = [("date", "day"), ("at", "24:00"), ("zone", "zone"), ("default_zone", "UTC")]

  private static func apply(_ keys: [(String, String)], to texts: String...) throws -> Records {
    let records = try texts.map { SourceRecord(try #require(JSONValue(parsing: $0).object), origin: "o#1") }
    return try LocalTimes(section: section(keys)).apply(Records(records), context())
  }

  private static func value(_ keys: [(String, String)], of text: String) throws -> JSONValue? {
    let records = try apply(keys, to: text).records
    #expect(records.count == 1 && records[0].origin == "o#1")
    return records[0].fields["starts"]
  }

  @Test(
    "An instant comes from the local time in the record's own zone, or from a time with an offset",
    arguments: [
      (#"{"day":"2026-07-01","clock":"19:30:00","zone":"America/Chicago"}"#, "2026-07-02T00:30:00Z"),
      (#"{"day":"2026-07-01","clock":"19:30","zone":"Europe/Warsaw"}"#, "2026-07-01T17:30:00Z"),
      (#"{"day":"2026-07-01","clock":"19:30:00","zone":"Australia/Sydney"}"#, "2026-07-01T09:30:00Z"),
      // The clocks skip 02:30, and show 01:30 twice.
      (#"{"day":"2026-03-08","clock":"02:30:00","zone":"America/Chicago"}"#, "2026-03-08T08:30:00Z"),
      (#"{"day":"2026-11-01","clock":"01:30:00","zone":"America/Chicago"}"#, "2026-11-01T06:30:00Z"),
      (#"{"exact":"2026-07-01T19:30:00.250+02:00","day":"2020-01-01","clock":"01:00"}"#, "2026-07-01T17:30:00.250Z"),
      (#"{"exact":"2026-05-01T19:00Z"}"#, "2026-05-01T19:00:00Z"),
      (#"{"exact":"2026-05-01T19:00:00+1000"}"#, "2026-05-01T09:00:00Z"),
      (#"{"exact":"2026-05-01T19:00:00.5+10"}"#, "2026-05-01T09:00:00.500Z"),
      (#"{"exact":"tomorrow","day":"2026-07-01","clock":"19:30","zone":"UTC"}"#, "2026-07-01T19:30:00Z"),
    ])
  func instants(record: String, expected: String) throws {
    #expect(try Self.value(Self.wanted, of: record) == .string(expected))
  }

  @Test(
    "What is missing or does not exist makes no instant",
    arguments: [
      "{}", #"{"day":"2026-07-01","zone":"UTC"}"#, #"{"clock":"19:30","zone":"UTC"}"#,
      #"{"day":"2026-07-01","clock":"19:30"}"#, #"{"day":"2026-07-01","clock":"19:30","zone":"Mars/Base"}"#,
      #"{"day":"2026-07-01","clock":"19:30","zone":"../../etc/passwd"}"#,
      #"{"day":"2026-02-30","clock":"19:30","zone":"UTC"}"#, #"{"day":"2026-07-01","clock":"24:00","zone":"UTC"}"#,
      #"{"day":"2026-07-01","clock":"19:60","zone":"UTC"}"#, #"{"day":"2026-07-01","clock":"7:30 pm","zone":"UTC"}"#,
      #"{"exact":"2026-05-01T25:00Z"}"#, #"{"exact":"2026-05-01T19:00"}"#, #"{"exact":"2026-05-01T19:00Å"}"#,
      // Its instant is in the year 10000.
      #"{"day":"9999-12-31","clock":"23:59:59","zone":"America/Chicago"}"#,
      #"{"day":20260701,"clock":"19:30","zone":"UTC"}"#, #"{"starts":"kept?","exact":null,"zone":7}"#,
    ])
  func nothing(record: String) throws {
    #expect(try Self.value(Self.wanted, of: record) == .some(.null))
  }

  @Test("The end of the day is in the record's zone, else in the default one")
  func dayEnd() throws {
    #expect(
      try Self.value(Self.dayEnd, of: #"{"day":"2026-03-07","zone":"Pacific/Kiritimati"}"#) == "2026-03-07T10:00:00Z")
    #expect(try Self.value(Self.dayEnd, of: #"{"day":"2026-03-06"}"#) == "2026-03-07T00:00:00Z")
    #expect(try Self.value(Self.dayEnd, of: #"{"day":"2026-03-06","zone":"None"}"#) == "2026-03-07T00:00:00Z")
  }

  @Test("A zone that is not known is named once, with the number of its records")
  func warning() throws {
    let odd = #"{"day":"2026-03-07","clock":"10:00","zone":"Mars/Base"}"#
    let result = try Self.apply(Self.wanted, to: odd, odd, #"{"day":"2026-03-07","clock":"10:00"}"#)
    #expect(result.warnings.map(\.reason) == ["2 records name the time zone 'Mars/Base', which is not known"])
    #expect(result.records.count == 3 && result.rejected.isEmpty)
  }

  private static let localDay = [("part", "date"), ("instant", "exact"), ("zone", "zone"), ("date", "day")]
  private static let localClock = [("part", "time"), ("instant", "exact"), ("zone", "zone"), ("time", "clock")]

  @Test(
    "A part is of the instant in the record's zone, else the record's own if it exists",
    arguments: [
      (
        #"{"exact":"2026-06-16T00:30:00Z","zone":"America/Chicago","day":"2026-06-16","clock":"00:30"}"#,
        "2026-06-15 19:30:00"
      ),
      (#"{"exact":"2026-06-16T00:30:00Z","day":"2026-06-16","clock":"00:30"}"#, "2026-06-16 00:30"),
      (#"{"exact":"2026-06-16T00:30:00Z","zone":"Mars/Base","day":"2026-06-16"}"#, "2026-06-16 null"),
      (#"{"day":"2026-02-30","clock":"25:00:00"}"#, "null null"),
      (#"{"day":"2028-02-29","clock":"24:00"}"#, "2028-02-29 null"),
      (#"{"exact":"2026-06-16T00:30:00Z"}"#, "null null"), ("{}", "null null"),
    ])
  func parts(record: String, expected: String) throws {
    let parts = try [Self.localDay, Self.localClock].map { try Self.value($0, of: record) }
    #expect(parts.map { $0?.string ?? $0?.text ?? "missing" }.joined(separator: " ") == expected)
  }

  @Test("What is there and does not exist is named")
  func strange() throws {
    let result = try Self.apply(
      Self.wanted, to: #"{"exact":"soon"}"#, #"{"day":"2026-02-30","clock":"10:00"}"#,
      #"{"day":"2026-03-07","clock":"25:00"}"#, #"{"exact":"soon"}"#)
    #expect(
      result.warnings.map(\.reason) == [
        "1 record has the date '2026-02-30', which does not exist",
        "2 records have the instant 'soon', which cannot be read",
        "1 record has the time '25:00', which does not exist",
      ])
  }

  @Test(
    "Keys that make no instant are problems of the definition",
    arguments: [
      ([("date", "d")], "time"), ([("date", "d"), ("time", "t")], "zone"), ([("time", "t")], "date"),
      ([("instant", "i"), ("zone", "z")], "zone"), ([], "date"),
      ([("date", "d"), ("time", "t"), ("at", "24:00"), ("zone", "z")], "at"),
      ([("part", "date")], "date"), ([("part", "time"), ("instant", "i")], "zone"),
      ([("part", "date"), ("zone", "z"), ("date", "d")], "zone"), ([("part", "date"), ("time", "t")], "time"),
      ([("part", "time"), ("time", "t"), ("default_zone", "UTC")], "default_zone"),
    ])
  func problems(keys: [(String, String)], expected: String) throws {
    guard case .map(.section(let form))? = LocalTimes.form.section.keys.first?.form else {
      return #expect(Bool(false), "fields are sections")
    }
    #expect(form.rule?(Section(values: keys.map { ($0.0, .scalar($0.1)) }))?.key == expected)
    #expect(form.rule?(Section(values: Self.wanted.map { ($0.0, .scalar($0.1)) })) == nil)
    #expect(form.rule?(Section(values: [("instant", .scalar("i"))])) == nil)
  }
}
