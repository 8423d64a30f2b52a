import Foundation
import TestSupport
import Testing
import Versions

/// A publication over a bucket that has something.
struct ProjectionScenario: CustomTestStringConvertible, Sendable {
  let name: String
  /// Prepares the bucket.
  let prepare: @Sendable (Bench) throws -> Void
  var keys: [String: String] = [:]
  /// The versions about which there must be a message at the end.
  let announced: Int

  var testDescription: String { name }

  /// A revised month, a new one, and one that the document no longer has.
  static let revised = Point.months(2, first: 9) + Point.months(5).dropFirst(2) + [Point("2024-07-01", "8")]

  static let all = [
    ProjectionScenario(name: "first projection", prepare: { try $0.load(Point.months(3)) }, announced: 1),
    ProjectionScenario(
      name: "revision, new month, month that is gone, another series that stays",
      prepare: { bench in
        try bench.load(Point.months(6) + Point.months(3, of: "OTHER"))
        try bench.publish()
        try bench.next(revised)
      }, announced: 1),
    ProjectionScenario(
      name: "three versions that were not projected",
      prepare: { bench in
        try bench.load(Point.months(3))
        try bench.publish()
        try bench.next(Point.months(4))
        try bench.next(Point.months(4, first: 2))
        try bench.next(Point.months(5, first: 2))
      }, announced: 3),
    ProjectionScenario(
      name: "the first version wins",
      prepare: { bench in
        try bench.load(Point.months(3))
        try bench.publish()
        try bench.next(Point.months(4, first: 5))
      }, keys: ["on_conflict": "first"], announced: 1),
    ProjectionScenario(
      name: "more partitions than are merged at once", prepare: { try $0.load(Point.months(5)) },
      keys: ["merge_workers": "2"], announced: 1),
    ProjectionScenario(
      name: "old objects are collected",
      prepare: { bench in
        try bench.load(Point.months(3))
        try bench.publish()
        try bench.next(Point.months(3, first: 2))
        try bench.publish()
        try bench.next(Point.months(3, first: 3), after: .seconds(100_000))
      }, announced: 1),
    ProjectionScenario(
      name: "a projection of system 002 is taken over",
      prepare: { bench in
        try FormerFiles.write(Point.months(2, first: 7), to: bench)
        try bench.load(Point.months(2))
      }, announced: 1),
    ProjectionScenario(
      name: "nothing has changed",
      prepare: { bench in
        try bench.load(Point.months(3))
        try bench.publish()
      }, announced: 0),
  ]
}

extension ProjectionScenario {
  /// Scenarios of few calls: publishers meet at each pair of them.
  static let small = [
    ProjectionScenario(name: "first projection", prepare: { try $0.load(Point.months(1)) }, announced: 1),
    ProjectionScenario(
      name: "revision",
      prepare: { bench in
        try bench.load(Point.months(2))
        try bench.publish()
        try bench.next(Point.months(1, first: 4))
      }, announced: 1),
    ProjectionScenario(
      name: "two versions that were not projected",
      prepare: { bench in
        try bench.load(Point.months(1))
        try bench.next(Point.months(1, first: 2))
      }, announced: 2),
    ProjectionScenario(
      name: "a projection of system 002 is taken over",
      prepare: { bench in
        try FormerFiles.write(Point.months(1, first: 7), to: bench)
        try bench.load(Point.months(1))
      }, announced: 1),
  ]
}

/// The files of system 002's projection.
enum FormerFiles {
  /// - Returns: the version that was projected.
  static func write(_ points: [Point], to bench: Bench, withPointer: Bool = true) throws {
    let objects = try #require(bench.objects as? MemoryObjects)
    for point in points {
      let partition = String(point.time.prefix(7)).split(separator: "-")
      let key = "\(bench.store.keys.projections)\(point.series)/year=\(partition[0])/month=\(partition[1])/data.json"
      objects.objects.change { $0[key] = Data("[\n  \(point.json("2024-12-31T00:00:00Z"))\n]".utf8) }
    }
    guard withPointer else { return }
    let pointer = """
      {
        "projected_versions": [
          "v20250101_030000_000001"
        ],
        "last_projection_date": "2025-01-01T03:00:02Z",
        "last_projected_version": "v20250101_030000_000001"
      }
      """
    objects.objects.change { $0[bench.store.keys.projectionPointer] = Data(pointer.utf8) }
  }
}
