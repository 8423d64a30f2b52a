import Contracts
import Foundation
import JSON
import Time
import Versions

/// The versions of a dataset, for `festvibes versions`.
struct VersionsReport {
  struct Row {
    let manifest: VersionManifest
    /// Nil if the version before, or a file of either, cannot be read.
    let counts: VersionComparison.Counts?
    let isProjected: Bool

    /// The points of the whole snapshot; nil for a version of system 002.
    var points: Int? {
      let points = manifest.contents.values.map(\.points)
      return points.contains { $0 == nil } ? nil : points.reduce(0) { $0 + ($1 ?? 0) }
    }
  }

  let dataset: String
  /// The newest first. The first one is the current one.
  let rows: [Row]
  /// True if there are older versions.
  let hasMore: Bool
  /// The first version whose manifest is missing, or damaged, with what to do; nil if all that were asked for can be read.
  private(set) var damage: String?

  /// Reads the versions that lead to the current one.
  /// - Parameter limit: the number of versions.
  init(_ store: VersionStore, limit: Int, _ deadline: Deadline) throws {
    dataset = store.dataset
    let comparison = VersionComparison(store: store, deadline: deadline)
    var rows: [Row] = []
    var next = Optional(try store.manifest(of: Stores.current(in: store, deadline), deadline: deadline))
    // After the current version, which may have been projected a moment ago.
    let projection = try store.projection(deadline: deadline).manifest
    while let manifest = next, rows.count < limit {
      next = nil
      var counts: VersionComparison.Counts?
      do {
        next = try manifest.previous.map { try store.manifest(of: $0, deadline: deadline) }
        counts = try comparison.counts(from: next, to: manifest)
      } catch let error as PipelineError where error.name == .storageCorrupt {
        // The newer ones are what there is to see.
        damage = damage ?? error.message
      }
      rows.append(
        Row(manifest: manifest, counts: counts, isProjected: projection.hasProjected(manifest.version)))
    }
    self.rows = rows
    hasMore = next != nil
  }

  func lines(for terminal: Terminal, zone: TimeZone) -> [String] {
    var table = TextTable([
      .init(title: "version"), .init(title: "made", rank: 2), .init(title: "points", isRight: true),
      .init(title: "series", isRight: true, rank: 1), .init(title: "new", isRight: true),
      .init(title: "revised", isRight: true), .init(title: "gone", isRight: true), .init(title: "projected"),
    ])
    table.rows = rows.enumerated().map { index, row in
      [
        .init("\(row.manifest.version)", index == 0 ? .bold : nil),
        .init(zonedTime(row.manifest.version.time, in: zone)), .init(row.points.map(String.init) ?? "not known"),
        .init(row.manifest.series.count), Self.cell(row.counts?.added),
        Self.cell(row.counts?.revised, .yellow), Self.cell(row.counts?.gone, .yellow),
        row.isProjected ? .init("yes") : .init("not yet", .yellow),
      ]
    }
    let rest = hasMore ? ["There are older versions: --limit \(rows.count * 10) shows more."] : []
    return table.lines(width: terminal.size?.width, colors: terminal.colors) + rest + [damage].compactMap(\.self)
  }

  /// - Parameter style: of a number above zero.
  private static func cell(_ count: Int?, _ style: Style? = nil) -> TextTable.Cell {
    guard let count else { return .init("not known") }
    return .init(count, count > 0 ? style : nil)
  }

  func json() -> String {
    JSONValue.sorted([
      "dataset": .string(dataset), "current": .text(rows.first.map { "\($0.manifest.version)" }),
      "more": .bool(hasMore), "damage": .text(damage),
      "versions": .array(
        rows.map { row in
          .sorted([
            "version": .string("\(row.manifest.version)"), "created_at": .string(row.manifest.createdAt),
            "collection_date": .text(row.manifest.collectionDate),
            "previous_version": .text(row.manifest.previous.map { "\($0)" }), "points": .integer(row.points),
            "series": .array(row.manifest.series.map { .string($0) }), "new": .integer(row.counts?.added),
            "revised": .integer(row.counts?.revised), "gone": .integer(row.counts?.gone),
            "projected": .bool(row.isProjected),
          ])
        }),
    ]).text
  }
}
