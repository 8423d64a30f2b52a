import Contracts
import JSON
import Time
import Versions

/// The newest points of a series, for `festvibes show --series`.
struct PointsReport {
  let dataset: String
  let series: String
  /// The version that was projected last.
  let version: String
  /// The newest ones, in order of time.
  let points: [SeriesPoint]
  /// The points of the series in all.
  let total: Int

  /// Partitions that are read at once, from the newest on.
  private static let partitionsAtOnce = 32

  /// - Parameters:
  ///   - series: nil for the dataset's only series.
  ///   - limit: the number of points; nil for all.
  /// - Throws: `CommandError` for an unknown series, or if one must be named.
  init(_ store: VersionStore, series wanted: String?, limit: Int?, _ deadline: Deadline) throws {
    let manifest = try SeriesReport.projection(of: store, deadline)
    let codes = Set(manifest.partitions.keys.map(\.series)).sorted()
    guard let code = wanted ?? (codes.count == 1 ? codes.first : nil), codes.contains(code) else {
      let problem = wanted.map { "\(store.dataset) has no series \($0)" } ?? "\(store.dataset) has several series"
      let example = codes.first.map { " --series \(NextStep.quoted($0))" } ?? ""
      throw CommandError(
        "\(problem). Give --series with one of: \(codes.joined(separator: ", "))\n"
          + NextStep("show \(NextStep.quoted(store.dataset))\(example)").line)
    }
    let partitions = manifest.partitions.filter { $0.key.series == code }.sorted { $0.key < $1.key }
    var left = partitions[...]
    var points: [SeriesPoint] = []
    while !left.isEmpty, limit.map({ points.count < $0 }) ?? true {
      let batch = left.suffix(Self.partitionsAtOnce)
      left = left.dropLast(batch.count)
      points = try store.points(of: batch.map { ($0.key, $0.value) }, deadline: deadline).flatMap(\.self) + points
    }
    // Partitions follow the months of local times, and another program may have written an object: neither is an order of time.
    points.sort { $0.time.isBefore($1.time) }
    dataset = store.dataset
    series = code
    version = manifest.projected.last ?? ""
    self.points = limit.map { points.suffix($0) } ?? points
    total = partitions.reduce(0) { $0 + $1.value.points }
  }

  /// - Parameter withPlot: true for a plot in place of the table.
  func lines(for terminal: Terminal, withPlot: Bool) -> [String] {
    let (unit, frequency) = (points.last?.unit ?? "no unit", points.last?.frequency ?? "no frequency")
    let title = Style.bold.apply("\(TextWidth.cleaned(series)), \(TextWidth.cleaned(unit))", colors: terminal.colors)
    let end = "\(points.count) of \(total) points (\(TextWidth.cleaned(frequency)))\(SeriesReport.end(version))"
    if withPlot {
      let width = min(100, max(20, (terminal.size?.width ?? 80) - 16))
      return [title, ""] + SeriesPlot(points: points, width: width).lines + [end]
    }
    var table = TextTable([
      .init(title: "time"), .init(title: "value", isRight: true), .init(title: "unit", rank: 2),
      .init(title: "read first", rank: 1),
    ])
    table.rows = points.map { point in
      [
        .init("\(point.time)"), .init(point.value.text), .init(point.unit ?? "", .dim),
        .init(point.collectionDate ?? "", .dim),
      ]
    }
    return [title, ""] + table.lines(width: terminal.size?.width, colors: terminal.colors) + [end]
  }

  func json() -> String {
    JSONValue.sorted([
      "dataset": .string(dataset), "series": .string(series), "version": .string(version), "total": .integer(total),
      "points": .array(
        points.map { point in
          .sorted([
            "obs_time": .string("\(point.time)"), "value": .value(point), "unit": .text(point.unit),
            "frequency": .text(point.frequency), "collection_date": .text(point.collectionDate),
          ])
        }),
    ]).text
  }
}
