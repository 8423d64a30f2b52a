import Contracts
import JSON
import Time
import Versions

/// The projection of a dataset, for `festvibes show`: a row for each series, or the newest points of one.
struct SeriesReport {
  /// A series of the projection.
  struct Series {
    let code: String
    let points: Int
    let first: SeriesPoint?
    let last: SeriesPoint?
  }

  let dataset: String
  /// The version that was projected last.
  let version: String
  let series: [Series]

  /// - Throws: `CommandError` for a dataset without a projection.
  init(_ store: VersionStore, _ deadline: Deadline) throws {
    let manifest = try Self.projection(of: store, deadline)
    dataset = store.dataset
    version = manifest.projected.last ?? ""
    let groups = Dictionary(grouping: manifest.partitions.sorted { $0.key < $1.key }, by: \.key.series)
    var ends: [(partition: SeriesPartition, entry: ProjectionManifest.Entry)] = []
    let codes = groups.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for code in codes {
      guard let partitions = groups[code], let first = partitions.first, let last = partitions.last else { continue }
      ends += [first, last].map { ($0.key, $0.value) }
    }
    let found = try store.points(of: ends, deadline: deadline)
    series = codes.enumerated().map { index, code in
      Series(
        code: code, points: (groups[code] ?? []).reduce(0) { $0 + $1.value.points }, first: found[2 * index].first,
        last: found[2 * index + 1].last)
    }
  }

  static func projection(of store: VersionStore, _ deadline: Deadline) throws -> ProjectionManifest {
    let manifest = try store.projection(deadline: deadline).manifest
    guard manifest.partitions.isEmpty else { return manifest }
    let run = NextStep("run --dataset \(NextStep.quoted(store.dataset))").line
    throw CommandError("dataset \(store.dataset) has no projection yet: the end of a run makes it\n\(run)")
  }

  /// The end of a line: a projection of system 002 that was taken over may have no version.
  static func end(_ version: String) -> String {
    version.isEmpty ? ", of an earlier program: no version is projected yet." : ", as of \(version)."
  }

  func lines(for terminal: Terminal) -> [String] {
    var table = TextTable([
      .init(title: "series", minimum: 16), .init(title: "unit", rank: 2),
      .init(title: "frequency", short: "f", rank: 1),
      .init(title: "points", isRight: true), .init(title: "first", rank: 3), .init(title: "last"),
      .init(title: "value", isRight: true),
    ])
    func day(_ point: SeriesPoint?) -> TextTable.Cell { .init(point.map { String("\($0.time)".prefix(10)) } ?? "") }
    table.rows = series.map { series in
      [
        .init(series.code), .init(series.last?.unit ?? "", .dim), .init(series.last?.frequency ?? "", .dim),
        .init(series.points), day(series.first), day(series.last), .init(series.last?.value.text ?? ""),
      ]
    }
    let points = series.reduce(0) { $0 + $1.points }
    return table.lines(width: terminal.size?.width, colors: terminal.colors)
      + ["\(points) points of \(series.count) series\(Self.end(version))"]
  }

  func json() -> String {
    JSONValue.sorted([
      "dataset": .string(dataset), "version": .string(version),
      "series": .array(
        series.map { series in
          .sorted([
            "series": .string(series.code), "unit": .text(series.last?.unit),
            "frequency": .text(series.last?.frequency), "points": .integer(series.points),
            "first": .text(series.first.map { "\($0.time)" }), "last": .text(series.last.map { "\($0.time)" }),
            "value": .value(series.last),
          ])
        }),
    ]).text
  }
}
