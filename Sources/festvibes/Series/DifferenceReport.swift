import Contracts
import JSON
import Time
import Versions

/// The differences of two versions of a dataset, for `festvibes diff`.
struct DifferenceReport {
  let dataset: String
  /// The versions that are compared.
  let versions: (before: VersionID, after: VersionID)
  let changes: [VersionComparison.Change]

  /// - Parameters:
  ///   - texts: the ids as they were given.
  ///   - series: nil for all.
  /// - Throws: `CommandError` for a text that is not the id of a version, for one that does not exist, and for an unknown series.
  init(
    _ store: VersionStore, _ texts: (before: String, after: String), of series: String?, _ deadline: Deadline
  ) throws {
    dataset = store.dataset
    let before = try Self.manifest(texts.before, in: store, deadline)
    let after = try Self.manifest(texts.after, in: store, deadline)
    versions = (before.version, after.version)
    if let series, !before.series.contains(series), !after.series.contains(series) {
      throw CommandError("neither version has a series \(series)\n\(Self.next(store, "show"))")
    }
    var changes: [VersionComparison.Change] = []
    try VersionComparison(store: store, deadline: deadline).changes(from: before, to: after, of: series) {
      changes.append($0)
    }
    self.changes = changes
  }

  private static func manifest(
    _ text: String, in store: VersionStore, _ deadline: Deadline
  ) throws -> VersionManifest {
    guard let version = VersionID(text), let manifest = try store.findManifest(of: version, deadline: deadline) else {
      throw CommandError("\(store.dataset) has no version \(text)\n\(next(store, "versions"))")
    }
    return manifest
  }

  private static func next(_ store: VersionStore, _ command: String) -> String {
    NextStep("\(command) \(NextStep.quoted(store.dataset))").line
  }

  private var summary: String {
    func count(_ kind: VersionComparison.Change.Kind) -> Int { changes.count { $0.kind == kind } }
    return
      "\(count(.added)) points added, \(count(.revised)) revised, \(count(.gone)) gone, from \(versions.before) to "
      + "\(versions.after)."
  }

  func lines(for terminal: Terminal, limit: Int) -> [String] {
    guard !changes.isEmpty else { return ["\(versions.before) and \(versions.after) have the same points."] }
    var table = TextTable([
      .init(title: "change"), .init(title: "series", minimum: 12), .init(title: "time"),
      .init(title: "before", isRight: true), .init(title: "after", isRight: true), .init(title: "unit", rank: 1),
    ])
    table.rows = changes.prefix(limit).map { change in
      [
        Self.cell(change.kind), .init(change.point.series), .init(Self.time(of: change)),
        .init(change.before.map { $0.value.text } ?? ""), .init(change.after.map { $0.value.text } ?? ""),
        .init(Self.unit(of: change), .dim),
      ]
    }
    let left = changes.count - limit
    return table.lines(width: terminal.size?.width, colors: terminal.colors)
      + (left > 0 ? ["and \(left) more: --limit \(changes.count) shows all."] : []) + [summary]
  }

  private static func cell(_ kind: VersionComparison.Change.Kind) -> TextTable.Cell {
    switch kind {
    case .added: .init(kind.rawValue, .green)
    case .revised: .init(kind.rawValue, .yellow)
    case .gone: .init(kind.rawValue, .red)
    }
  }

  /// The time, or both if the offset alone was revised: the instant is the same.
  private static func time(of change: VersionComparison.Change) -> String {
    guard let before = change.before, before.time != change.point.time else { return "\(change.point.time)" }
    return "\(before.time) → \(change.point.time)"
  }

  /// The unit, or both if that was revised.
  private static func unit(of change: VersionComparison.Change) -> String {
    let units = [change.before, change.after].compactMap { $0.map { $0.unit ?? "none" } }
    return units.count == 2 && units[0] == units[1] ? units[0] : units.joined(separator: " → ")
  }

  func json() -> String {
    JSONValue.sorted([
      "dataset": .string(dataset), "before": .string("\(versions.before)"), "after": .string("\(versions.after)"),
      "changes": .array(
        changes.map { change in
          .sorted([
            "change": .string(change.kind.rawValue), "series": .string(change.point.series),
            "obs_time": .string("\(change.point.time)"),
            "obs_time_before": .text(change.before.map { "\($0.time)" }), "before": .value(change.before),
            "after": .value(change.after), "unit": .text(change.point.unit),
          ])
        }),
    ]).text
  }
}
