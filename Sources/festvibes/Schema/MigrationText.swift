import Foundation
import Ledger

/// A migration's report for a person, or as JSON.
struct MigrationText {
  let report: MigrationReport
  let isDryRun: Bool

  private var isEmpty: Bool { report.steps.isEmpty }

  func lines(for terminal: Terminal) -> [String] {
    guard !isEmpty else { return ["The database is up to date\(isDryRun ? ": nothing to do" : "")."] }
    var lines: [String] = []
    for step in report.steps {
      lines.append("\(isDryRun ? "would apply" : "applied") \(step.name)")
      lines += step.indexes.map { "  index \($0)" }
    }
    lines += report.recreated.map { "\(isDryRun ? "would drop and create" : "dropped and created") again: \($0)" }
    let changes = report.steps.flatMap(\.changes)
    if !changes.isEmpty { lines += [""] + table(changes).lines(width: terminal.size?.width, colors: terminal.colors) }
    if isDryRun { lines += ["", "Nothing was changed. The same without --dry-run applies it."] }
    return lines
  }

  private func table(_ changes: [MigrationReport.Change]) -> TextTable {
    var table = TextTable([
      .init(title: "rows", isRight: true), .init(title: "what"), .init(title: "where"),
      .init(title: "why", rank: 2, minimum: 16), .init(title: "for example", rank: 1, minimum: 12),
    ])
    table.rows = changes.map {
      [
        .init($0.rows), .init($0.action), .init($0.place), .init($0.reason),
        .init($0.examples.joined(separator: ", ") + ($0.rows > $0.examples.count && !$0.examples.isEmpty ? ", …" : "")),
      ]
    }
    return table
  }

  /// One object: `{"dry_run", "steps": [{"version", "name", "indexes", "changes": [{"action", "place", "rows", "reason",
  /// "examples"}]}], "recreated"}`.
  func json() throws -> String {
    let steps = report.steps.map { step -> [String: Any] in
      let changes = step.changes.map { change -> [String: Any] in
        [
          "action": change.action, "place": change.place, "rows": change.rows, "reason": change.reason,
          "examples": change.examples,
        ]
      }
      return ["version": step.version, "name": step.name, "indexes": step.indexes, "changes": changes]
    }
    let object: [String: Any] = ["dry_run": isDryRun, "steps": steps, "recreated": report.recreated]
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }
}
