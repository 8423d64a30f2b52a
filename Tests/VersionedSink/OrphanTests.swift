import AWS
import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("Versions of loads that ended before they moved the pointer")
struct OrphanTests {
  let objects = MemoryObjects()
  let time = ManualTime(Bench.start)
  var bench: Bench { Bench(objects, time: time) }

  /// The folders below `versions/`, by their order: of the first load, the second, and so on.
  private var folders: [String] {
    Set(objects.keys.compactMap { $0.split(separator: "/").dropFirst(3).first.map(String.init) })
      .filter { $0.hasPrefix("v") }.sorted()
  }

  /// A load whose process ends before a call.
  private func die(before call: Int, _ points: [Point]) {
    time.advance(by: .seconds(60))
    let dying = FaultyObjects(objects, losing: (call, .diesBefore))
    #expect(throws: PipelineError.self) { try bench.load(points, through: dying) }
    time.advance(by: .seconds(60))
  }

  @Test("They are deleted by a later load once they are older than a day, and not before")
  func collected() throws {
    // Before the manifest of the first load; before the pointer of the second.
    die(before: 4, [Point("2024-01-01", "1")])
    try bench.load([Point("2024-01-01", "2")])
    die(before: 6, [Point("2024-01-01", "3")])
    #expect(folders.count == 3)
    try bench.load([Point("2024-01-01", "4")])
    #expect(folders.count == 4)
    let kept = [folders[1], folders[3]]
    time.advance(by: .seconds(86_000))
    try bench.load([Point("2024-01-01", "4")])
    #expect(folders.count == 4)
    time.advance(by: .seconds(3600))
    let report = try bench.load([Point("2024-01-01", "4")])
    #expect(folders == kept)
    #expect(report.remarks == ["3 objects of versions that were never completed are deleted"])
    #expect(try bench.load([Point("2024-01-01", "4")]).remarks == [])
    #expect(try bench.snapshot().count == 1)
  }

  @Test("A version that is ahead of the pointer stays: its load may still move it")
  func ahead() throws {
    try bench.load([Point("2024-01-01", "1")])
    die(before: 6, [Point("2024-01-01", "3")])
    time.advance(by: .seconds(1_000_000))
    try bench.load([Point("2024-01-01", "1")])
    #expect(folders.count == 2)
  }

  @Test("What other programs have written stays, in whatever folder it is")
  func others() throws {
    let folder = "datasets/ipc/versions/"
    let foreign = [
      "\(folder)backup/data.json", "\(folder)v20200101_000000_000000/notes.txt",
      "\(folder)v20200101_000000_000000/manifest.json", "\(folder)v20200102_000000_000000/manifest.json",
      "\(folder)v20200102_000000_000000/data/IPC/year=2020/month=01/data.json", "\(folder)latest",
      "datasets/ipc/projections/manifest.json", "datasets/ipc2/versions/v20200101_000000_000000/manifest.json",
    ]
    for key in foreign {
      // As system 002 writes a manifest: without the chain.
      let version = key.split(separator: "/").first { $0.hasPrefix("v2") } ?? ""
      objects.objects.change {
        $0[key] = Data("{\"version_id\": \"\(version)\", \"dataset_id\": \"ipc\", \"json_files\": []}".utf8)
      }
    }
    let pointer = "datasets/ipc/index/current_version.txt"
    objects.objects.change { $0[pointer] = Data("v20200102_000000_000000".utf8) }
    // A load of system 002 that failed looks like one of ours.
    let failed = "\(folder)v20200103_000000_000000/data/IPC/year=2020/month=01/data.json"
    objects.objects.change { $0[failed] = Data("[]".utf8) }
    try bench.load([Point("2024-01-01", "1")])
    time.advance(by: .seconds(1_000_000))
    try bench.load([Point("2024-01-01", "2")])
    #expect(objects.keys.contains(failed))
    #expect(Set(foreign).isSubset(of: objects.keys))
  }

  @Test("A missing pointer is refused, whatever versions are there, and nothing is deleted")
  func lostPointer() throws {
    for value in 1...3 {
      try bench.load([Point("2024-01-01", "\(value)")])
      time.advance(by: .seconds(60))
    }
    time.advance(by: .seconds(1_000_000))
    let pointer = bench.store.keys.pointer
    objects.objects.change { $0[pointer] = nil }
    let before = objects.all
    let error = #expect(throws: PipelineError.self) { try bench.load([Point("2024-01-01", "4")]) }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains("s3://bucket/\(pointer) is missing") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(folders[2]) == true)
    #expect(throws: PipelineError.self) { try bench.dryRun([Point("2024-01-01", "4")]) }
    #expect(objects.all == before)
  }

  @Test("The only version of a dataset without its pointer is refused once it was projected")
  func lostFirstPointer() throws {
    try bench.load([Point("2024-01-01", "1")])
    try bench.publish()
    objects.objects.change { $0[bench.store.keys.pointer] = nil }
    #expect(throws: PipelineError.self) { try bench.load([Point("2024-01-01", "4")]) }
  }

  @Test("Versions after one that a person put the pointer back to stay, if they were projected or others follow them")
  func putBack() throws {
    for value in 1...4 {
      try bench.load([Point("2024-01-01", "\(value)")])
      if value == 4 { try bench.publish() }
      time.advance(by: .seconds(60))
    }
    let before = objects.keys
    let first = folders[0]
    objects.objects.change { $0[bench.store.keys.pointer] = Data(first.utf8) }
    time.advance(by: .seconds(1_000_000))
    try bench.load([Point("2024-01-01", "5")])
    try bench.load([Point("2024-01-01", "5")])
    #expect(Set(before).isSubset(of: objects.keys))
  }

  @Test("Folders without the chain cost no reading of it, and at most as many calls as there are")
  func bounded() throws {
    for index in 0..<30 {
      let version = "v20200101_000000_0000\(10 + index)"
      let key = "datasets/ipc/versions/\(version)/manifest.json"
      objects.objects.change {
        $0[key] = Data("{\"version_id\": \"\(version)\", \"dataset_id\": \"ipc\", \"json_files\": []}".utf8)
        $0[bench.store.keys.pointer] = Data(version.utf8)
      }
    }
    for value in 1...6 {
      try bench.load([Point("2024-01-01", "\(value)")])
      time.advance(by: .seconds(100_000))
    }
    objects.forget()
    try bench.load([Point("2024-01-01", "6")])
    // The pointer, its manifest, and the folders.
    #expect(objects.calls.change { $0.count } == 3)
  }

  @Test("A large load that was cut goes on under its id, with the files that are there")
  func resumed() throws {
    let points = Point.months(240, from: 1990)
    let document = bench.document(points)
    let dying = FaultyObjects(objects, losing: (180, .diesBefore))
    #expect(throws: PipelineError.self) {
      try bench.sink(dying).load(document, for: bench.target, deadline: bench.deadline)
    }
    let begun = objects.keys.count
    #expect(begun > 100)
    time.advance(by: .seconds(200))
    objects.forget()
    _ = try bench.sink().load(document, for: bench.target, deadline: bench.deadline)
    #expect(folders.count == 1)
    #expect(objects.writes.count == 240 - begun + 2)
    #expect(try bench.snapshot().count == 240)
    // Another document begins anew.
    let other = FaultyObjects(objects, losing: (400, .diesBefore))
    time.advance(by: .seconds(60))
    #expect(throws: PipelineError.self) { try bench.load(Point.months(240, from: 1990, first: 5), through: other) }
    time.advance(by: .seconds(60))
    try bench.load(Point.months(240, from: 1990, first: 6))
    #expect(folders.count == 3)
  }

  @Test("A large one is deleted by several loads, each of a limited number of objects, and that ends")
  func large() throws {
    try bench.load([Point("2024-01-01", "1")])
    let orphan = VersionID.next(after: nil, at: time.now.addingTimeInterval(60))
    let partitions = try (0..<1200).map { index in
      try #require(SeriesPartition(series: "IPC", year: 1900 + index / 12, month: index % 12 + 1))
    }
    let keys = bench.store.keys
    objects.objects.change { stored in
      for partition in partitions { stored[keys.data(partition, in: orphan)] = Data("[]".utf8) }
    }
    time.advance(by: .seconds(200_000))
    try bench.load([Point("2024-01-01", "2")])
    var remarks: [String] = []
    for _ in 1...4 { remarks += try bench.load([Point("2024-01-01", "2")]).remarks }
    #expect(
      remarks == [
        "500 objects of versions that were never completed are deleted; the next load deletes what is left",
        "200 objects of versions that were never completed are deleted",
      ], "after the 500 of the load that has made the second version")
    #expect(!objects.keys.contains { $0.hasPrefix(keys.folder(of: orphan)) })
    #expect(try bench.snapshot().count == 1 && folders.count == 2)
  }

  @Test("The chain is known from the current manifest: only what is next to it is read")
  func chain() throws {
    for value in 1...6 {
      try bench.load([Point("2024-01-01", "\(value)")])
      time.advance(by: .seconds(60))
      if value == 4 { die(before: 6, [Point("2024-01-01", "44")]) }
    }
    let all = folders
    objects.forget()
    try bench.load([Point("2024-01-01", "6")])
    let manifests = objects.calls.change { $0.filter { $0.hasPrefix("GET") && $0.hasSuffix("manifest.json") } }
    // The orphan is not a day old.
    #expect(manifests == [all[6]].map { "GET datasets/ipc/versions/\($0)/manifest.json" })
  }

  @Test("A bucket that does not let objects be listed or deleted fails no load")
  func forbidden() throws {
    final class Unlistable: WrappedObjects {
      override func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
        throw MemoryObjects.error(.accessDenied, "ListObjectsV2", prefix)
      }
    }
    // The first load must see that no version is there.
    try bench.load([Point("2024-01-01", "1")])
    time.advance(by: .seconds(60))
    let report = try bench.load([Point("2024-01-01", "2")], through: Unlistable(objects))
    #expect(report.records.changed == 1)
    #expect(report.remarks.count == 1)
    #expect(report.remarks[0].contains("not deleted yet"))
  }
}
