import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("Loads of time series into versions")
struct LoadTests {
  let objects = MemoryObjects()
  var bench: Bench { Bench(objects, time: time) }
  let time = ManualTime(Bench.start)

  @Test("A first load writes a file for each month, the manifest and the pointer")
  func first() throws {
    let report = try bench.load([Point("2024-01-31", "1.5"), Point("2024-02-01", "2"), Point("2024-01-01", "-1e3")])
    #expect(report.records == RecordCounts(found: 3, new: 3))
    let folder = "datasets/ipc/versions/v20261128_030000_000000/"
    #expect(
      objects.writes == [
        "PUT \(folder)data/IPC/year=2024/month=01/data.json", "PUT \(folder)data/IPC/year=2024/month=02/data.json",
        "PUT \(folder)manifest.json", "PUT datasets/ipc/index/current_version.txt",
      ])
    #expect(objects.all["datasets/ipc/index/current_version.txt"] == Data("v20261128_030000_000000".utf8))
    let file = try #require(objects.all["\(folder)data/IPC/year=2024/month=01/data.json"])
    #expect(
      String(decoding: file, as: UTF8.self) == """
        [
          {
            "obs_time": "2024-01-01T00:00:00-03:00",
            "internal_series_code": "IPC",
            "value": -1e3,
            "unit": "pct",
            "frequency": "M",
            "collection_date": "2026-11-28T03:00:00.000Z"
          },
          {
            "obs_time": "2024-01-31T00:00:00-03:00",
            "internal_series_code": "IPC",
            "value": 1.5,
            "unit": "pct",
            "frequency": "M",
            "collection_date": "2026-11-28T03:00:00.000Z"
          }
        ]
        """)
    let manifest = try #require(objects.all["\(folder)manifest.json"])
    let fields = try #require(try JSONSerialization.jsonObject(with: manifest) as? [String: Any])
    #expect(fields["version_id"] as? String == "v20261128_030000_000000")
    #expect(fields["dataset_id"] as? String == "ipc")
    #expect(fields["created_at"] as? String == "2026-11-28T03:00:00.000Z")
    #expect(fields["data_points_count"] as? Int == 3)
    #expect(fields["series_codes"] as? [String] == ["IPC"])
    #expect(
      fields["date_range"] as? [String: String] == [
        "min_obs_time": "2024-01-01T00:00:00-03:00", "max_obs_time": "2024-02-01T00:00:00-03:00",
      ])
    #expect(fields["partitions"] as? [String] == ["IPC/year=2024/month=01", "IPC/year=2024/month=02"])
    #expect(fields["partition_strategy"] as? String == "series_year_month")
    #expect(fields["previous_version"] is NSNull)
  }

  @Test("The second load of a document, and a later reading of the same figures, write nothing")
  func again() throws {
    try bench.load(Point.months(20))
    objects.forget()
    let report = try bench.load(Point.months(20))
    #expect(report.records == RecordCounts(found: 20, unchanged: 20))
    time.advance(by: .seconds(86_400))
    var spelled = Point.months(20)
    spelled[1].value = "15e-1"
    #expect(try bench.load(spelled).records.unchanged == 20)
    #expect(objects.writes == [])
    // The pointer, the manifest and the list of versions, of each load.
    #expect(objects.calls.change { $0.count } == 6)
  }

  @Test("A revised figure makes a version with exactly its partition, and the unchanged points keep their reading")
  func revision() throws {
    try bench.load([Point("2024-01-01", "1"), Point("2024-01-02", "2"), Point("2024-02-01", "3")])
    time.advance(by: .seconds(86_400))
    objects.forget()
    let report = try bench.load([Point("2024-01-01", "1"), Point("2024-01-02", "2.5"), Point("2024-02-01", "3")])
    #expect(report.records == RecordCounts(found: 3, changed: 1, unchanged: 2))
    let folder = "datasets/ipc/versions/v20261129_030000_000000/"
    #expect(
      objects.writes == [
        "PUT \(folder)data/IPC/year=2024/month=01/data.json", "PUT \(folder)manifest.json",
        "PUT datasets/ipc/index/current_version.txt",
      ])
    let points = try #require(try bench.snapshot()["IPC/year=2024/month=01"])
    #expect(points.map(\.value.text) == ["1", "2.5"])
    #expect(points.map(\.collectionDate) == ["2026-11-28T03:00:00.000Z", "2026-11-29T03:00:00.000Z"])
    let chain = try bench.store.chain(
      to: try #require(try bench.store.current(deadline: bench.deadline)).version, deadline: bench.deadline)
    #expect(chain.map(\.number) == [1, 2])
    #expect(chain[1].written.map(\.description) == ["IPC/year=2024/month=01"])
    #expect(chain[1].pointCount == 2)
  }

  @Test("A change of the unit or of the offset alone is a change")
  func otherFields() throws {
    try bench.load([Point("2024-01-02", "1"), Point("2024-01-03", "1")])
    var points = [Point("2024-01-02", "1"), Point("2024-01-03T03:00:00+00:00", "1")]
    points[0].unit = nil
    #expect(try bench.load(points).records == RecordCounts(found: 2, changed: 2))
    #expect(try bench.load(points).records == RecordCounts(found: 2, unchanged: 2))
  }

  @Test("With windowInDays, points before the window stay as they are, within a month too")
  func window() throws {
    var bench = bench
    // From 2026-10-29 03:00 in UTC on.
    bench.windowInDays = 30
    try bench.load([
      Point("2026-09-01", "1"), Point("2026-10-01", "2"), Point("2026-10-28", "3"), Point("2026-10-30", "4"),
      Point("2026-11-01", "5"), Point("2026-11-02", "6"),
    ])
    let report = try bench.load([Point("2026-10-30", "4.5"), Point("2026-11-02", "6")])
    #expect(report.records == RecordCounts(found: 2, changed: 1, unchanged: 1))
    let values = try bench.snapshot().mapValues { $0.map(\.value.text) }
    #expect(
      values == [
        "IPC/year=2026/month=09": ["1"], "IPC/year=2026/month=10": ["2", "3", "4.5"], "IPC/year=2026/month=11": ["6"],
      ])
    objects.forget()
    #expect(try bench.load([Point("2026-10-30", "4.5"), Point("2026-11-02", "6")]).records.unchanged == 2)
    #expect(objects.writes == [])
  }

  @Test("A series that was read later stays as it is; the document's other series are loaded")
  func superseded() throws {
    let early = bench.document([Point("2024-01-01", "1")])
    let wider = bench.document([Point("2024-01-01", "1"), Point("2024-01-01", "5", of: "OTHER")])
    time.advance(by: .seconds(60))
    try bench.load([Point("2024-01-01", "2")])
    objects.forget()
    let report = try bench.sink().load(early, for: bench.target, deadline: bench.deadline)
    #expect(report.isSuperseded)
    #expect(report.records == RecordCounts(found: 1, unchanged: 1))
    #expect(objects.writes == [])
    let second = try bench.sink().load(wider, for: bench.target, deadline: bench.deadline)
    #expect(!second.isSuperseded)
    #expect(second.records == RecordCounts(found: 2, new: 1, unchanged: 1))
    #expect(try bench.snapshot()["IPC/year=2024/month=01"]?[0].value.text == "2")
  }

  @Test("What is no point is rejected by name and costs no other; so is a second point of one time")
  func rejections() throws {
    let good = Point("2024-01-01", "1")
    var bad = [good, good, good, good]
    bad[0].value = "\"1\""
    bad[1].time = "2024-01-02T00:00:00"
    bad[2].series = "A/B"
    bad[3] = Point("2024-01-01T03:00:00+00:00", "9")
    let document = bench.document([good] + bad, rejected: ["2024-01-01T00:00:00, X", "X"])
    let report = try bench.sink().load(document, for: bench.target, deadline: bench.deadline)
    #expect(report.records == RecordCounts(found: 7, new: 1, rejected: 6))
    let reasons = report.rejections.sorted { $0.position < $1.position }.map(\.reason)
    #expect(reasons[0] == "value is a text, and must be a number")
    #expect(reasons[1].contains("obs_time '2024-01-02T00:00:00' is not a time with an offset"))
    #expect(reasons[2].contains("internal_series_code"))
    #expect(reasons[3].contains("a second point of the series at this time"))
    #expect(reasons[4...] == ["no number", "no number"])
    #expect(report.rejected.count == 6)
    #expect(report.rejected[4]?.contains("03:00:00+00:00") == true)
  }

  @Test("A dry run lists what a load would change, and changes nothing")
  func dryRun() throws {
    try bench.load([Point("2024-01-01", "1"), Point("2024-02-01", "2"), Point("2024-03-01", "3")])
    let before = objects.all
    let run = try bench.dryRun([Point("2024-01-01", "1"), Point("2024-02-01", "2.5"), Point("2024-04-01", "4")])
    #expect(run.report.records == RecordCounts(found: 3, new: 1, changed: 1, unchanged: 1))
    #expect(
      Set(run.differences.map(\.label)) == [
        "IPC 2024-02-01T00:00:00-03:00", "IPC 2024-04-01T00:00:00-03:00: 4", "IPC 2024-03-01T00:00:00-03:00: 3",
      ])
    let changed = try #require(run.differences.first { $0.change == .changed })
    #expect(changed.fields == [.init(name: "value", before: "2", after: "2.5")])
    #expect(objects.all == before)
  }

  @Test("A document in parts is one version")
  func parts() throws {
    let key = try bench.target.key
    let read = RFC3339.utc(time.now)
    func part(_ description: String, _ points: [Point], _ rest: String = "") -> Data {
      Data(
        """
        {"parts":\(description),"ingestion_result":{"success":true,"source":"ipc"\(rest)},\
        "records":[\(points.map { $0.json(read) }.joined(separator: ","))],"rejected":[]}
        """.utf8)
    }
    let first = part(
      #"{"complete":true,"keys":["raw/2.json"],"number":1,"records":3,"rejected":0}"#, Point.months(2),
      #","timestamp":"\#(read)""#)
    let second = part(#"{"number":2,"of":"\#(key)"}"#, [Point("2024-02-01", "7"), Point("2024-03-01", "3")])
    let document = try PartedDocument(first, at: key) { (_, _) throws(PipelineError) in second }
    let report = try bench.sink().load(document, for: bench.target, deadline: bench.deadline)
    #expect(report.records == RecordCounts(found: 4, new: 3, rejected: 1))
    #expect(report.rejections.map(\.position) == [2])
    #expect(report.rejected[2]?.contains("7") == true)
    #expect(try bench.snapshot().count == 3)
  }
}
