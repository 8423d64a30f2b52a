import Contracts
import Foundation
import JSON
import Testing
import Versions

@Suite("The format of versions")
struct FormatTests {
  @Test(
    "An id is the time in UTC to the microsecond, and reads as it is written",
    arguments: [
      (1_795_834_800.0, "v20261128_030000_000000"), (0.000001, "v19700101_000000_000001"),
      (-0.5, "v19691231_235959_500000"), (1_709_251_199.999999, "v20240229_235959_999999"),
    ])
  func ids(seconds: Double, text: String) throws {
    let id = VersionID(at: Date(timeIntervalSince1970: seconds))
    #expect("\(id)" == text)
    #expect(VersionID(text) == id)
  }

  @Test(
    "Other texts are no ids",
    arguments: [
      "", "v20261128_030000_00000", "v20261128_030000_0000000", "w20261128_030000_000000", "v20260230_030000_000000",
      "v20261128_240000_000000", "v20261128_036000_000000", "v20261128_030060_000000", "v20261128-030000_000000",
      "v2026112 _030000_000000", "v20261128_030000_+00000",
    ])
  func noIDs(text: String) { #expect(VersionID(text) == nil) }

  @Test("The next id is greater than the current one, whatever the clock says")
  func next() throws {
    let current = try #require(VersionID("v20261231_235959_999999"))
    #expect("\(VersionID.next(after: current, at: Date(timeIntervalSince1970: 0)))" == "v20270101_000000_000000")
    #expect("\(VersionID.next(after: nil, at: Date(timeIntervalSince1970: 0)))" == "v19700101_000000_000000")
    #expect(VersionID.next(after: current, at: current.time) > current)
  }

  @Test(
    "A time keeps its offset and its fraction, and its month is that of the offset",
    arguments: [
      ("2024-02-24T00:00:00-03:00", "2024-02-24T00:00:00-03:00", 2),
      ("2024-03-01T00:30:00Z", "2024-03-01T00:30:00+00:00", 3),
      ("2024-02-29T23:30:00-03:00", "2024-02-29T23:30:00-03:00", 2),
      ("2024-03-01T02:30:00+05:30", "2024-03-01T02:30:00+05:30", 3),
      ("2024-12-31T23:59:59.25-03:00", "2024-12-31T23:59:59.250000-03:00", 12),
      ("1919-01-01T00:00:00-04:16", "1919-01-01T00:00:00-04:16", 1),
      ("1969-12-31T23:59:59.999999999+00:00", "1969-12-31T23:59:59.999999999+00:00", 12),
      ("2024-01-01T00:00:00.100000000999Z", "2024-01-01T00:00:00.100000+00:00", 1),
    ])
  func times(text: String, written: String, month: Int) throws {
    let time = try #require(PointTime(text))
    #expect("\(time)" == written)
    #expect(PointTime(written) == time)
    #expect(time.localMonth.month == month)
  }

  @Test(
    "A time without an offset of hours and minutes is none",
    arguments: [
      "2024-02-24", "2024-02-24T00:00:00", "2024-02-30T00:00:00Z", "2024-02-24T00:00:00+01:23:45",
      "2024-02-24T00:00:00+0123", "",
    ])
  func noTimes(text: String) { #expect(PointTime(text) == nil) }

  @Test("Instants are compared without their offsets")
  func instants() throws {
    let first = try #require(PointTime("2024-02-24T00:00:00-03:00"))
    let same = try #require(PointTime("2024-02-24T03:00:00Z"))
    #expect(first.isSameInstant(as: same) && first != same)
    #expect(first.isBefore(try #require(PointTime("2024-02-24T00:00:00.000000001-03:00"))))
  }

  @Test(
    "A partition reads as it is written",
    arguments: ["IPC/year=2024/month=02", "Índice ñ/year=0999/month=12", "a b.c-d_e/year=2024/month=01"])
  func partitions(text: String) throws {
    #expect(try #require(SeriesPartition(text)).description == text)
    #expect(SeriesPartition(file: "datasets/x/versions/v/data/\(text)/data.json")?.description == text)
  }

  @Test(
    "Other texts are no partitions",
    arguments: [
      "", "IPC/year=2024", "/year=2024/month=02", "../year=2024/month=02", "IPC/year=2024/month=13",
      "IPC/year=2024/month=2",
      "A/B/year=2024/month=02", "IPC/Year=2024/month=02", "IPC\n/year=2024/month=02", "IPC/year=+024/month=02",
    ])
  func noPartitions(text: String) { #expect(SeriesPartition(text) == nil) }

  @Test("Two spellings of a letter are two series, as they are for S3")
  func spellings() throws {
    let composed = SeriesPartition(series: "\u{e9}", year: 2024, month: 1)
    let decomposed = SeriesPartition(series: "e\u{301}", year: 2024, month: 1)
    #expect(composed != decomposed)
    var pool = SharedTexts()
    let points = try ["\u{e9}", "e\u{301}"].map { code in
      let text = #"{"obs_time": "2024-01-01T00:00:00Z", "internal_series_code": "\#(code)", "value": 1}"#
      return try SeriesPoint(try #require(JSONValue(parsing: text).object), texts: &pool)
    }
    #expect(points.map { $0.series.utf8.count } == [2, 3])
    #expect(points.map(\.partition) == [composed, decomposed])
  }

  @Test("A text in a point is escaped only where JSON demands it, and reads as it was")
  func texts() throws {
    let fields = try JSONValue(
      parsing: #"{"obs_time": "2024-01-01T00:00:00Z", "internal_series_code": "ñ \"x\"", "value": 1, "unit": "€\n"}"#)
    var pool = SharedTexts()
    let point = try SeriesPoint(try #require(fields.object), texts: &pool)
    let data = PartitionFile.data([point])
    #expect(String(decoding: data, as: UTF8.self).contains(#""internal_series_code": "ñ \"x\"""#))
    #expect(String(decoding: data, as: UTF8.self).contains(#""frequency": null"#))
    #expect(try PartitionFile.points(of: data, point.partition, at: "x") == [point])
    #expect(PartitionFile.data([]) == Data("[]".utf8))
  }

  @Test("A field that a point does not have is rejected; the archive's place is none")
  func unknownFields() throws {
    func read(_ more: String) throws -> SeriesPoint {
      let text = #"{"obs_time": "2024-01-01T00:00:00Z", "internal_series_code": "A", "value": 1\#(more)}"#
      var pool = SharedTexts()
      return try SeriesPoint(try #require(JSONValue(parsing: text).object), texts: &pool, collected: "now")
    }
    #expect(try read(#", "_record": "urn:uuid:1#2""#).collectionDate == "now")
    #expect(throws: PointProblem(reason: "a point has no field 'note'")) { try read(#", "note": 1"#) }
    #expect(throws: PointProblem(reason: "unit is a number, and must be a text")) { try read(#", "unit": 1"#) }
  }

  @Test("The digest is of what points say, not of when they were read or how a number is spelled")
  func digests() throws {
    func digest(_ value: String, unit: String = "\"a\"", read: String = "1") throws -> String {
      let text =
        #"{"obs_time": "2024-01-01T00:00:00Z", "internal_series_code": "A", "value": \#(value), "unit": \#(unit), "#
        + #""frequency": "D", "collection_date": "\#(read)"}"#
      var pool = SharedTexts()
      return try PartitionFile.digest(of: [SeriesPoint(try #require(JSONValue(parsing: text).object), texts: &pool)])
    }
    #expect(try digest("1.50") == digest("15e-1", read: "2"))
    #expect(try digest("1.5") != digest("1.51"))
    #expect(try digest("1.5", unit: "null") != digest("1.5", unit: "\"\""))
    #expect(try digest("12345678901234567890.1") != digest("12345678901234567890.2"))
  }

  @Test("The dates of a manifest have the offsets of their points; an offset with seconds is rejected by name")
  func manifestDates() throws {
    let objects = MemoryObjects()
    let bench = Bench(objects)
    let points = [
      Point("1919-01-01T00:00:00-04:16", "1"), Point("2024-01-01T00:00:00+01:23", "2"),
      Point("2025-01-01T00:00:00+01:23:45", "3"),
    ]
    let report = try bench.load(points)
    #expect(report.records == RecordCounts(found: 3, new: 2, rejected: 1))
    #expect(
      report.rejections.map(\.reason) == [
        "obs_time '2025-01-01T00:00:00+01:23:45' is not a time with an offset, such as 2024-02-24T00:00:00-03:00"
      ])
    let current = try #require(try bench.store.current(deadline: bench.deadline))
    let manifest = try bench.store.manifest(of: current.version, deadline: bench.deadline)
    #expect(manifest.range.map { "\($0.first)" } == "1919-01-01T00:00:00-04:16")
    #expect(manifest.range.map { "\($0.last)" } == "2024-01-01T00:00:00+01:23")
    let text = String(decoding: manifest.data, as: UTF8.self)
    #expect(text.contains(#""min_obs_time": "1919-01-01T00:00:00-04:16""#))
    #expect(text.contains(#""max_obs_time": "2024-01-01T00:00:00+01:23""#))
  }
}
