import Contracts
import Expectations
import Foundation

/// The answer of `festvibes quality`.
struct QualityReport {
  /// Records that were looked at, and what the rules say.
  struct Part {
    /// `raw/…`, the key of a document, or a table's name.
    let name: String
    let isTable: Bool
    let results: [RuleResult]
  }

  let dataset: String
  let parts: [Part]

  var isMet: Bool { parts.allSatisfy { $0.results.allSatisfy { $0.breach == nil } } }

  /// The step after a breach: the values that a rule is on; nil if every rule is met.
  func next(_ dataset: Dataset) -> NextStep? {
    guard !isMet else { return nil }
    // Rows of a table can be shown. Of other datasets the last runs have the reasons.
    return parts.contains(where: \.isTable)
      ? NextStep("show \(NextStep.quoted(dataset.id))") : NextStep("status\(dataset.option)")
  }

  func lines(for terminal: Terminal) -> [String] {
    parts.enumerated().flatMap { index, part in
      let title = part.isTable ? "the table \(part.name)" : "the last load, \(part.name)"
      return (index > 0 ? [""] : []) + [Style.bold.apply(title, colors: terminal.colors)]
        + (part.results.isEmpty
          ? ["no rule is on its columns"] : table(part).lines(width: terminal.size?.width, colors: terminal.colors))
    }
  }

  private func table(_ part: Part) -> TextTable {
    var table = TextTable([
      .init(title: ""), .init(title: "rule"), .init(title: "fields", minimum: 8), .init(title: "right", isRight: true),
      .init(title: "on breach", rank: 1), .init(title: "measured", minimum: 20),
    ])
    table.rows = part.results.map { result in
      let mark: TextTable.Cell =
        result.breach != nil ? .init("✗", .red) : result.remark != nil ? "–" : .init("✓", .green)
      return [
        mark, .init(result.rule), .init(result.fields.joined(separator: ", ")), .init(Self.share(result)),
        .init(result.onBreach), .init(result.breach ?? result.remark ?? ""),
      ]
    }
    return table
  }

  /// The share of values that are right, in percent.
  private static func share(_ result: RuleResult) -> String {
    guard let checked = result.checked, let failed = result.failed, checked > 0 else { return "" }
    return String(format: "%.1f %%", 100 * Double(checked - failed) / Double(checked))
  }

  func json() throws -> String {
    let objects: [[String: Any]] = parts.map { part in
      [
        (part.isTable ? "table" : "document"): part.name,
        "rules": part.results.map { result in
          [
            "rule": result.rule, "fields": result.fields, "on_breach": result.onBreach,
            "checked": RunObject.nullable(result.checked), "failed": RunObject.nullable(result.failed),
            "met": result.breach == nil, "breach": RunObject.nullable(result.breach),
            "remark": RunObject.nullable(result.remark),
          ] as [String: Any]
        },
      ]
    }
    return try JSONText.line(["dataset": dataset, "met": isMet, "parts": objects])
  }
}
