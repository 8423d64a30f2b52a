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
    die(before: 3, [Point("2024-01-01", "1")])
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
    try bench.load([Point("2024-01-01", "1")])
    time.advance(by: .seconds(1_000_000))
    try bench.load([Point("2024-01-01", "2")])
    #expect(Set(foreign).isSubset(of: objects.keys))
  }

  @Test("The chain is read only as far back as there is an orphan")
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
    // The current version, and the one before it, which is the first above the orphan.
    #expect(manifests == [all[6], all[5]].map { "GET datasets/ipc/versions/\($0)/manifest.json" })
  }

  @Test("A bucket that does not let objects be listed or deleted fails no load")
  func forbidden() throws {
    final class Unlistable: WrappedObjects {
      override func list(prefix: String, delimiter: String?, deadline: Deadline) throws(AWSError) -> S3Listing {
        throw MemoryObjects.error(.accessDenied, "ListObjectsV2", prefix)
      }
    }
    let report = try bench.load([Point("2024-01-01", "1")], through: Unlistable(objects))
    #expect(report.records.new == 1)
    #expect(report.remarks.count == 1)
    #expect(report.remarks[0].contains("not deleted yet"))
  }
}
