import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

/// A dataset of series over some objects, with a clock that the test moves.
struct Bench {
  let objects: any VersionObjects
  let time: ManualTime
  var dataset = "ipc"
  var windowInDays: Int?

  /// 2026-11-28 03:00 in UTC.
  static let start = Date(timeIntervalSince1970: 1_795_834_800)

  init(_ objects: any VersionObjects, windowInDays: Int? = nil, time: ManualTime = ManualTime(Bench.start)) {
    self.objects = objects
    self.time = time
    self.windowInDays = windowInDays
  }

  var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }
  var store: VersionStore { VersionStore(objects, dataset: dataset) }

  var target: LoadTarget {
    get throws {
      LoadTarget(
        dataset: Dataset(id: dataset, dataType: "series", timeZone: "UTC", extractor: "http", sinks: ["s3_versioned"]),
        item: try WorkItem(id: "all"), key: "raw/ipc/series/series_all_r.json", run: "r")
    }
  }

  /// Another process's sink.
  /// - Parameter objects: nil for those of the dataset.
  func sink(_ objects: (any VersionObjects)? = nil) -> VersionedSink {
    VersionedSink(
      Dataset(id: dataset, dataType: "series", timeZone: "UTC", extractor: "http", sinks: ["s3_versioned"]),
      objects: objects ?? self.objects, bucket: "bucket", windowInDays: windowInDays, time: time)
  }

  @discardableResult
  func load(_ points: [Point], through objects: (any VersionObjects)? = nil) throws -> LoadReport {
    let report = try sink(objects).load(document(points), for: target, deadline: deadline)
    try report.records.check("points")
    return report
  }

  func dryRun(_ points: [Point]) throws -> DryRun {
    try sink().dryRun(document(points), for: target, deadline: deadline)
  }

  /// A document that was read now.
  /// - Parameter rejected: the keys of rejected rows.
  func document(_ points: [Point], rejected: [String] = []) -> Data {
    let read = RFC3339.utc(time.now)
    let rows = rejected.map { "{\"reason\": \"no number\", \"href\": \"\($0)\", \"text\": \"\"}" }
    return Data(
      """
      {"ingestion_result": {"success": true, "source": "\(dataset)", "data_type": "series", "timestamp": "\(read)",
       "records_failed": \(rejected.count), "complete": true},
       "records": [\(points.map { $0.json(read) }.joined(separator: ","))], "rejected": [\(rows.joined(separator: ","))]}
      """.utf8)
  }

  /// Everything that a reader of the pointer sees: each partition's points.
  func snapshot() throws -> [String: [SeriesPoint]] {
    guard let current = try store.current(deadline: deadline) else { return [:] }
    let contents = try store.manifest(of: current.version, deadline: deadline).contents.sorted { $0.key < $1.key }
    let points = try store.points(of: contents.map { ($0.key, $0.value.version) }, deadline: deadline)
    for ((partition, entry), points) in zip(contents, points) {
      #expect(entry.points == points.count, "\(partition)")
      #expect(try entry.digest == PartitionFile.digest(of: points), "\(partition)")
    }
    return Dictionary(uniqueKeysWithValues: zip(contents.map { "\($0.key)" }, points))
  }

  /// The bytes of all objects that the pointer's chain names, with the versions' ids and all times of loads masked.
  func maskedState() throws -> [String: String] {
    guard let current = try store.current(deadline: deadline) else { return [:] }
    let chain = try store.chain(to: current.version, deadline: deadline)
    func mask(_ text: String) -> String {
      var text = text
      for (index, manifest) in chain.enumerated() {
        text = text.replacing("\(manifest.version)", with: "VERSION\(index + 1)")
      }
      // The times of loads are in UTC, with milliseconds; those of points are not.
      var masked = ""
      for (index, piece) in text.components(separatedBy: "\"2026-11-").enumerated() {
        masked += index == 0 ? piece : "TIME" + piece.drop { $0 != "\"" }.dropFirst()
      }
      return masked
    }
    var keys = [store.keys.pointer]
    for manifest in chain {
      keys.append(store.keys.manifest(of: manifest.version))
      keys += manifest.written.map { store.keys.data($0, in: manifest.version) }
    }
    var state: [String: String] = [:]
    for (key, outcome) in zip(keys, objects.getAll(keys, maximumBytes: 1 << 20, deadline: deadline)) {
      state[mask(key)] = mask(String(decoding: try outcome.get().body, as: UTF8.self))
    }
    return state
  }
}

extension VersionStore {
  /// Reads the manifests of the whole chain that leads to a version, the oldest first.
  func chain(to version: VersionID, deadline: Deadline) throws(PipelineError) -> [VersionManifest] {
    var chain: [VersionManifest] = []
    var next: VersionID? = version
    while let wanted = next {
      chain.append(try manifest(of: wanted, deadline: deadline))
      next = chain.last?.previous
    }
    return chain.reversed()
  }
}

/// A point of a document.
struct Point {
  var series = "IPC"
  var time: String
  var value: String
  var unit: String? = "pct"

  init(_ time: String, _ value: String, of series: String = "IPC") {
    self.time = time.count == 10 ? "\(time)T00:00:00-03:00" : time
    self.value = value
    self.series = series
  }

  func json(_ read: String) -> String {
    """
    {"obs_time": "\(time)", "internal_series_code": "\(series)", "value": \(value), \
    "unit": \(unit.map { "\"\($0)\"" } ?? "null"), "frequency": "M", "collection_date": "\(read)"}
    """
  }

  /// One point on the first of each month from a year on.
  static func months(_ count: Int, from year: Int = 2024, of series: String = "IPC", first: Double = 1) -> [Point] {
    (0..<count).map { index in
      let month = index % 12 + 1
      return Point(
        "\(year + index / 12)-\(month < 10 ? "0" : "")\(month)-01", "\(first + Double(index) / 2)", of: series)
    }
  }
}
