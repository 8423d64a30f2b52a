import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("Limits of what a load of versions makes")
struct LimitTests {
  let objects = MemoryObjects()
  var bench: Bench { Bench(objects) }

  /// Codes as long as codes may be, whose characters take two bytes of JSON.
  private static func codes(_ count: Int) -> [String] {
    (0..<count).map { "\(String(repeating: "\"", count: 190))\(100_000 + $0)" }
  }

  private func target(_ kind: StateSettings.Kind, hasOneItem: Bool = true) throws -> LoadTarget {
    var dataset = try bench.target.dataset
    dataset.watermarks = StateSettings(kind, hasOneItem: hasOneItem)
    return LoadTarget(
      dataset: dataset, item: try WorkItem(id: "all"), key: "raw/ipc/series/series_all_r.json", run: "r")
  }

  @Test("A state that has room by its series' codes is no larger than a state may be")
  func room() throws {
    var count = 1
    while CheckpointState.hasRoom(for: Self.codes(count + 100)) { count += 100 }
    #expect(count > 9000)
    var state = CheckpointState()
    for code in Self.codes(count) { state.series[code] = "2024-02-24T00:00:00.123456789-03:00" }
    state.errorMessage = String(repeating: "\u{1}", count: CheckpointState.maximumMessage)
    state.lastRun = String(repeating: "r", count: Limits.maximumRunNameLength)
    state.lastDocument = String(repeating: "d", count: Limits.maximumKeyBytes)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    #expect(try encoder.encode(state).count < CheckpointState.maximumBytes)
  }

  @Test("Series for which the dataset's state has no room are refused before anything is written, and by a dry run")
  func state() throws {
    try bench.load([Point("2024-01-01", "1")])
    let before = objects.all
    let code = { (index: Int) in "\(String(repeating: "S", count: 190))\(100_000 + index)" }
    let document = bench.document((0..<18_000).map { Point("2024-01-01", "1", of: code($0)) })
    for isDry in [false, true] {
      let error = #expect(throws: PipelineError.self) {
        if isDry {
          _ = try bench.sink().dryRun(document, for: target(.s3), deadline: bench.deadline)
        } else {
          _ = try bench.sink().load(document, for: target(.s3), deadline: bench.deadline)
        }
      }
      #expect(error?.name == .sourceChanged)
      #expect(error?.message.contains("18001 series") == true, "\(error?.message.suffix(300) ?? "")")
    }
    #expect(objects.all == before)
  }

  @Test("The series of earlier documents count, unless each item has a state of its own, or the state is in Postgres")
  func stored() throws {
    let readings = Dictionary(uniqueKeysWithValues: Self.codes(20_000).map { ($0, "2026-11-28T03:00:00.000Z") })
    let manifest = VersionManifest(
      version: VersionID.next(after: nil, at: Bench.start), dataset: "ipc", createdAt: "", collectionDate: nil,
      pointCount: 0,
      range: nil, written: [], previous: nil, number: 1, readings: readings, contents: [:])
    let plan = try SnapshotPlan([:], over: [:], from: nil) { _ in [] }
    #expect(throws: PipelineError.self) { try VersionLimits(target: target(.s3)).check(plan, over: manifest) }
    #expect(throws: PipelineError.self) { try VersionLimits(target: target(.file)).check(plan, over: manifest) }
    try VersionLimits(target: target(.s3, hasOneItem: false)).check(plan, over: manifest)
    try VersionLimits(target: target(.postgres)).check(plan, over: manifest)
    try VersionLimits(target: bench.target).check(plan, over: manifest)
  }

  @Test("A manifest and a file that could not be read again are not written")
  func sizes() throws {
    let long = String(repeating: "x", count: 33 << 20)
    let limits = VersionLimits(target: try bench.target)
    let manifest = VersionManifest(
      version: VersionID.next(after: nil, at: Bench.start), dataset: "ipc", createdAt: "", collectionDate: nil,
      pointCount: 0,
      range: nil, written: [], previous: nil, number: 1, readings: ["A": long], contents: [:])
    #expect {
      _ = try limits.data(of: manifest)
    } throws: {
      ($0 as? PipelineError)?.name == .sourceChanged && "\($0)".contains("the manifest of 0 months")
    }
    let point = SeriesPoint(
      time: try #require(PointTime("2024-01-01T00:00:00Z")), series: "A", value: JSONNumber(1), unit: long,
      frequency: nil,
      collectionDate: nil)
    #expect {
      _ = try limits.data(of: SnapshotPlan.File(partition: point.partition, points: [point], digest: ""))
    } throws: {
      ($0 as? PipelineError)?.name == .sourceChanged && "\($0)".contains("A/year=2024/month=01 has 1 points")
    }
  }
}
