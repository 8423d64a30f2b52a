import JSON
import Normalize
import Testing

@Suite("The fields of points of time series")
struct SeriesTests {
  private let zone = "America/Argentina/Buenos_Aires"

  private func record(_ time: String, value: String = "1", code: String = "X") -> String {
    #"{"obs_time":"\#(time)","internal_series_code":"\#(code)","value":\#(value),"unit":"u","frequency":"D"}"#
  }

  @Test(
    "A local time gets the zone's offset; one that does not exist has the offset before the change",
    arguments: [
      ("2024-02-24T00:00:00", "2024-02-24T00:00:00-03:00"), ("2008-03-15T00:00:00", "2008-03-15T00:00:00-02:00"),
      ("2008-03-17T00:00:00", "2008-03-17T00:00:00-03:00"), ("2007-12-30T00:00:00", "2007-12-30T01:00:00-02:00"),
      ("2008-10-19T00:00:00", "2008-10-19T01:00:00-02:00"), ("2009-03-14T00:00:00", "2009-03-14T00:00:00-02:00"),
      // An offset of -04:16:48, of which whole minutes are written.
      ("1919-01-01T00:00:00", "1919-01-01T00:00:00-04:16"),
      ("2024-02-24", "2024-02-24T00:00:00-03:00"), ("2024-02-24T12:30:15.250", "2024-02-24T12:30:15.250-03:00"),
      ("2024-02-24T00:00:00Z", "2024-02-24T00:00:00Z"),
    ])
  func zone(time: String, expected: String) throws {
    let normalizer = try makeNormalizer("plugin: series\ntimezone: \(zone)")
    #expect(try normalizer.one(record(time)) == record(expected))
  }

  @Test(
    "System 002's names mean the same, and the first point of a key stands",
    arguments: ["bcra_infomondia", "indec_ipc"])
  func names(_ name: String) throws {
    let normalizer = try makeNormalizer(
      "plugin: \(name)\nprimary_keys: [obs_time, internal_series_code]\ntimezone: \(zone)")
    let list = [
      record("2024-02-24"), record("2024-02-24", value: "2"), record("2024-02-24", code: "Y"),
      record("2024-02-25", value: #""1.234,5""#), record("2024-02-26", value: "null"), record(""),
    ]
    let records = try normalizer.normalized("[\(list.joined(separator: ","))]")
    #expect(records.records.map { $0.fields["value"]?.number?.text } == ["1", "1", "1234.5"])
    #expect(
      records.rejected.map(\.problem.reason) == [
        "X: 1: obs_time, internal_series_code: an earlier record of this item has the same key and other content, and stands",
        "X: 4: value: it has no value in value", "X: 5: obs_time: it has no value in obs_time",
      ])
    #expect(
      records.rejected.map(\.key) == ["2024-02-24T00:00:00-03:00, X", "2024-02-26T00:00:00-03:00, X", "X"],
      "by which the sink knows the points that the source may have")
  }

  @Test("Any list of primary keys means both, as in system 002", arguments: ["obs_time", "internal_series_code", "x"])
  func keys(_ key: String) throws {
    let normalizer = try makeNormalizer("plugin: indec_ipc\nprimary_keys: [\(key)]")
    let list = [
      record("2024-02-24"), record("2024-02-24", code: "Y"), record("2024-02-25"), record("2024-02-25", value: "2"),
    ]
    let records = try normalizer.normalized("[\(list.joined(separator: ","))]")
    #expect(records.records.count == 3 && records.rejected.count == 1)
    #expect(
      records.rejected.first?.problem.reason.contains("obs_time, internal_series_code: an earlier record") == true)
  }

  @Test("Without primary keys repetitions are kept, and fields are not given twice")
  func form() throws {
    let list = "[\(record("2024-02-24")),\(record("2024-02-24"))]"
    #expect(try makeNormalizer("plugin: series").normalized(list).records.count == 2)
    let unreadable = try makeNormalizer("plugin: series\ntimezone: \(zone)").normalized(
      "[\(record("2024-02-24", value: #""n/a""#))]")
    #expect(unreadable.rejected.map(\.key) == ["2024-02-24T00:00:00-03:00, X"])
    for key in ["fields: {a: {}}", "metadata: m", "on_error: keep"] {
      let problems = checked("plugin: series\n\(key)").problems
      #expect(problems.count == 1 && problems[0].contains("series says the fields itself"), "\(problems)")
    }
    #expect(checked("plugin: other").problems.first?.contains("normalize.plugin: it is 'other'") == true)
  }
}
