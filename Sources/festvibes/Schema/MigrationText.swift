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
    for change in report.steps.flatMap(\.changes) { lines += paragraph(change, width: terminal.size?.width) }
    if isDryRun { lines += ["", "Nothing was changed. The same without --dry-run applies it."] }
    return lines
  }

  /// A paragraph, so that no reason is cut on a narrow terminal.
  private func paragraph(_ change: MigrationReport.Change, width: Int?) -> [String] {
    let names = change.examples.map { TextWidth.cleaned($0) }.joined(separator: ", ")
    return ["\(change.action): \(change.rows) \(change.rows == 1 ? "row" : "rows") of \(change.place)"]
      + TextWidth.wrapped(change.reason, to: width, indent: 4)
      + (names.isEmpty ? [] : TextWidth.wrapped("for example \(names)", to: width, indent: 4))
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
    return try JSONText.pretty(["dry_run": isDryRun, "steps": steps, "recreated": report.recreated])
  }
}
