import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

/// A load over a bucket that has something, for which every call is lost in every way.
struct Scenario: CustomTestStringConvertible, Sendable {
  let name: String
  /// Prepares the bucket.
  let prepare: @Sendable (Bench) throws -> Void
  /// The points of the load that is disturbed.
  let points: [Point]

  var testDescription: String { name }

  static let all = [
    Scenario(name: "first load", prepare: { _ in }, points: Point.months(5)),
    Scenario(
      name: "revision, new month, month that is gone, another series that stays",
      prepare: { try $0.load(Point.months(6) + Point.months(3, of: "OTHER")) },
      points: Point.months(2, first: 9) + Point.months(5).dropFirst(2) + [Point("2024-07-01", "8")]),
    Scenario(
      name: "more files than are written at once", prepare: { try $0.load(Point.months(34)) },
      points: Point.months(34, first: 2)),
    Scenario(
      name: "only a month is gone", prepare: { try $0.load(Point.months(3)) },
      points: [Point.months(3)[0], Point.months(3)[2]]),
    Scenario(name: "nothing has changed", prepare: { try $0.load(Point.months(3)) }, points: Point.months(3)),
    Scenario(
      name: "old orphans are collected",
      prepare: { bench in
        try bench.load(Point.months(2))
        bench.time.advance(by: .seconds(60))
        // A load that ended after its manifest, and one that ended after its first file.
        for call in [9, 6] {
          let dying = FaultyObjects(bench.objects, losing: (call, .diesBefore))
          _ = try? bench.load(Point.months(3, first: 4), through: dying)
          bench.time.advance(by: .seconds(60))
        }
        try bench.load(Point.months(3, first: 5))
        bench.time.advance(by: .seconds(100_000))
      }, points: Point.months(3, first: 6)),
  ]
}

@Suite("Faults at every call of a load")
struct FaultTests {
  /// The problem after a fault.
  struct Findings {
    var problems: [String] = []
    var faults = 0
  }

  /// Loses every call of a load in every way. After each, a reader of the pointer must see the old version or the new one,
  /// and the next load must lead to the state of a run that was not disturbed.
  /// - Parameter between: stands between the sink and the bucket: a planted mistake.
  static func disturb(
    _ scenario: Scenario, isReversed: Bool, between: (any VersionObjects) -> any VersionObjects = { $0 }
  ) throws -> Findings {
    let prepared = MemoryObjects()
    let undisturbed = Bench(prepared)
    try scenario.prepare(undisturbed)
    let old = try undisturbed.snapshot()
    undisturbed.time.advance(by: .seconds(3600))
    let (objects, now) = (prepared.all, undisturbed.time.now)
    let counter = FaultyObjects(undisturbed.objects)
    try undisturbed.load(scenario.points, through: between(counter))
    let new = try undisturbed.snapshot()
    let expected = try undisturbed.maskedState()
    var findings = Findings()
    for call in 1...counter.calls {
      for kind in Fault.allCases {
        findings.faults += 1
        let bench = Bench(MemoryObjects(objects), time: ManualTime(now))
        let faulty = FaultyObjects(bench.objects, losing: (call, kind), isReversed: isReversed)
        let place = "\(scenario.name), call \(call) of \(counter.calls) \(kind.rawValue)"
        do { try bench.load(scenario.points, through: between(faulty)) } catch is PipelineError {}
        do {
          let seen = try says(bench.snapshot())
          if seen != says(old), seen != says(new) {
            findings.problems.append("\(place): a reader sees neither version")
          }
        } catch { findings.problems.append("\(place): a reader sees \(error)") }
        bench.time.advance(by: .seconds(60))
        do {
          try bench.load(scenario.points, through: between(bench.objects))
          if try bench.maskedState() != expected { findings.problems.append("\(place): the next load differs") }
          let keys = (bench.objects as? MemoryObjects)?.keys ?? []
          try bench.load(scenario.points)
          if (bench.objects as? MemoryObjects)?.keys != keys {
            findings.problems.append("\(place): a third load writes")
          }
        } catch { findings.problems.append("\(place): the next load: \(error)") }
      }
    }
    return findings
  }

  /// The snapshot without the times of the readings.
  private static func says(_ snapshot: [String: [SeriesPoint]]) -> [String: [String]] {
    snapshot.mapValues { $0.map { "\($0.time) \($0.value) \($0.unit ?? "")" } }
  }

  @Test(
    "A reader sees the old version or the new one, and the next load makes good what was lost (F51)",
    arguments: Scenario.all, [false, true])
  func everyCall(scenario: Scenario, isReversed: Bool) throws {
    let findings = try Self.disturb(scenario, isReversed: isReversed)
    #expect(findings.problems == [])
    #expect(findings.faults >= 3 * Fault.allCases.count)
  }

  @Test("The test finds a load that moves the pointer before it writes the files")
  func plantedMistake() throws {
    let findings = try Self.disturb(Scenario.all[0], isReversed: false) { LateFiles($0) }
    #expect(findings.problems.contains { $0.contains("a reader sees") })
  }
}
