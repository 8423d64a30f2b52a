import AWS
import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("Damaged versions, and buckets that cannot be used")
struct DamageTests {
  let objects = MemoryObjects()
  let time = ManualTime(Bench.start)
  var bench: Bench { Bench(objects, time: time) }

  private static let folder = "datasets/ipc/versions/v20261128_030000_000000/"
  private static let file = "\(folder)data/IPC/year=2024/month=01/data.json"
  private static let pointer = "datasets/ipc/index/current_version.txt"

  /// An object and its damage; nil for one that is gone.
  static let damages: [(key: String, text: String?, says: String)] = [
    (pointer, "", "must have the id of a version"),
    (pointer, "latest", "must have the id of a version, and has 'latest'"),
    (pointer, "v20269928_030000_000000", "must have the id of a version"),
    (pointer, "v20251128_030000_000000", "v20251128_030000_000000/manifest.json is missing"),
    ("\(folder)manifest.json", nil, "is missing"), ("\(folder)manifest.json", "{", "is not the manifest of a version"),
    ("\(folder)manifest.json", "[]", "it is no JSON object"), ("\(folder)manifest.json", "{}", "its version_id is not"),
    (file, nil, "is missing"), (file, "", "is not a file of points"), (file, "{}", "it is no list"),
    (file, "[1]", "element 0 is no object"), (file, "[{}]", "point 0: obs_time is missing"),
    (
      file,
      #"[{"obs_time":"2024-01-01T00:00:00Z","internal_series_code":"X","value":1}]"#, "point 0: it is of the series X"
    ),
  ]

  @Test(
    "A damaged object is StorageCorrupt, with its address and what to do, and nothing is written", arguments: damages)
  func damaged(key: String, text: String?, says: String) throws {
    try bench.load([Point("2024-01-01", "1")])
    objects.objects.change { $0[key] = text.map { Data($0.utf8) } }
    let before = objects.all
    let error = #expect(throws: PipelineError.self) { try bench.load([Point("2024-01-01", "2")]) }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("s3://bucket/datasets/ipc/") == true)
    #expect(error?.message.contains("Nothing was changed") == true)
    #expect(objects.all == before)
  }

  @Test(
    "A part of a manifest that cannot be read is named",
    arguments: [
      (#""series_year_month""#, #""year""#, "partition_strategy is 'year'"),
      (#""previous_version": null"#, #""previous_version": "v2""#, "previous_version"),
      (#""previous_version": null"#, #""previous_version": "v20291128_030000_000000""#, "previous_version"),
      ("data.json", "data.csv", "json_files"), (#""dataset_id": "ipc""#, #""dataset_id": "x""#, "dataset_id"),
      (#""points":1"#, #""points":1,"version":2"#, "is not the manifest"),
      (#""version":"v2"#, #""version":"w2"#, "contents"),
    ])
  func manifest(part: String, damage: String, says: String) throws {
    try bench.load([Point("2024-01-01", "1")])
    let key = "\(Self.folder)manifest.json"
    let text = String(decoding: try #require(objects.all[key]), as: UTF8.self)
    #expect(text.contains(part))
    objects.objects.change { $0[key] = Data(text.replacing(part, with: damage).utf8) }
    let error = #expect(throws: PipelineError.self) { try bench.load([Point("2024-01-01", "2")]) }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
  }

  @Test(
    "Errors of the bucket say which setting to correct",
    arguments: [
      (
        AWSError.Kind.noSuchBucket, PipelineError.Name.configurationInvalid,
        "load.bucket of s3_versioned names no bucket"
      ),
      (.accessDenied, .configurationInvalid, "may not read, write, list and delete under datasets/ of load.bucket"),
      (.wrongRegion, .configurationInvalid, "load.aws_region"), (.unavailable, .storageUnavailable, "test's bucket"),
      (.timedOut, .deadlineExceeded, "test's bucket"), (.corruptResponse, .storageCorrupt, "test's bucket"),
    ])
  func errors(kind: AWSError.Kind, name: PipelineError.Name, says: String) throws {
    let failing = FailingObjects(objects, MemoryObjects.error(kind, "GetObject", "k"))
    let error = #expect(throws: PipelineError.self) { try bench.load([Point("2024-01-01", "2")], through: failing) }
    #expect(error?.name == name)
    #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
  }

  @Test("A pointer that is lost while a load writes its version is refused: the load is not reported as done")
  func lostMeanwhile() throws {
    let objects = MemoryObjects()
    let bench = Bench(objects)
    for round in 1...2 {
      try bench.load(Point.months(2, first: Double(round)))
      bench.time.advance(by: .seconds(60))
    }
    let losing = Interference(objects) { objects.objects.change { $0[Self.pointer] = nil } }
    let error = #expect(throws: PipelineError.self) { try bench.load(Point.months(2, first: 3), through: losing) }
    #expect(error?.name == .storageCorrupt && error?.message.contains("is missing") == true)
  }

  @Test("A person may have written the pointer with a newline, or put it back to an older version")
  func person() throws {
    try bench.load([Point("2024-01-01", "1")])
    time.advance(by: .seconds(60))
    try bench.load([Point("2024-01-01", "2")])
    objects.objects.change { $0[Self.pointer] = Data("v20261128_030000_000000\n".utf8) }
    #expect(try bench.snapshot()["IPC/year=2024/month=01"]?[0].value.text == "1")
    #expect(try bench.load([Point("2024-01-01", "2")]).records.changed == 1)
    #expect(try bench.snapshot()["IPC/year=2024/month=01"]?[0].value.text == "2")
  }

  @Test("A version of system 002, whose manifest has no contents, is taken over with its files")
  func former() throws {
    let version = "v20251101_120000_123456"
    let folder = "datasets/ipc/versions/\(version)/"
    let file = "\(folder)data/IPC/year=2024/month=01/data.json"
    let point = #"{"obs_time": "2024-01-01T00:00:00-03:00", "internal_series_code": "IPC", "value": 1.0, "#
    objects.objects.change {
      $0[Self.pointer] = Data(version.utf8)
      $0["\(folder)manifest.json"] = Data(
        """
        {"version_id": "\(version)", "dataset_id": "ipc", "created_at": "2025-11-01T12:00:00Z", "data_points_count": 1,
         "date_range": {"min_obs_time": "2024-01-01T00:00:00Z", "max_obs_time": "2024-01-01T00:00:00Z"},
         "json_files": ["\(file)"], "partitions": ["IPC/year=2024/month=01"], "partition_strategy": "series_year_month"}
        """.utf8)
      $0[file] = Data("[\(point)\"unit\": \"pct\", \"frequency\": \"M\", \"collection_date\": \"x\"}]".utf8)
    }
    objects.forget()
    #expect(try bench.load([Point("2024-01-01", "1")]).records.unchanged == 1)
    #expect(objects.writes == [])
    let report = try bench.load([Point("2024-01-01", "1"), Point("2024-02-01", "2")])
    #expect(report.records == RecordCounts(found: 2, new: 1, unchanged: 1))
    let current = try #require(try bench.store.current(deadline: bench.deadline))
    let manifest = try bench.store.manifest(of: current.version, deadline: bench.deadline)
    #expect(manifest.previous?.description == version)
    #expect(manifest.number == 1)
    #expect(manifest.contents.values.map { "\($0.version)" }.sorted() == [version, "\(current.version)"])
    time.advance(by: .seconds(1_000_000))
    try bench.load([Point("2024-01-01", "3")])
    #expect(objects.keys.contains(file))
  }
}
