import Contracts
import JSON

/// The differences that a dry run reports.
enum Differences {
  static func added(_ rows: [TableRow]) -> [DryRun.Difference] { rows.map { .init(.added, label: $0.label) } }

  /// Compares rows before and after, as JSON. The lineage, which differs in every run, is left out, but for the deletion.
  static func changed(_ rows: [TableRow], _ before: [String], _ after: [String]) -> [DryRun.Difference] {
    zip(rows, zip(before, after)).map { row, states in
      let (old, new) = (fields(states.0), fields(states.1))
      let names = Set(old.names + new.names).sorted()
      let fields = names.filter { old[$0] != new[$0] && (!$0.hasPrefix("_") || $0 == "_deleted_at") }.map {
        DryRun.Difference.Field(name: $0, before: (old[$0] ?? .null).text, after: (new[$0] ?? .null).text)
      }
      return .init(.changed, label: row.label, fields: fields)
    }
  }

  private static func fields(_ text: String) -> JSONObject { (try? JSONValue(parsing: text))?.object ?? JSONObject() }
}
