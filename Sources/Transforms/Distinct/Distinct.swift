import Contracts
import Definitions
import JSON
import Processing

/// Keeps the first of an item's records with the same values in some fields; the plugin `distinct`. It is for what a source
/// repeats rightly, such as the place of several events: the others are neither rejected nor loaded.
public final class Distinct: Transform {
  private let fields: [String]
  /// The values of the fields that a record must have to be compared.
  private let conditions: [(field: String, values: Set<String>)]

  /// - Parameter section: a section of the definition's `transform`, checked against `form`.
  public init(section: Section) {
    fields = section.texts("fields")
    let wanted = section.section("where")
    conditions = (wanted?.keys ?? []).map { ($0, Set(wanted?.texts($0) ?? [])) }
  }

  /// Leaves out repetitions. Those whose content is another are counted by a warning.
  public func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
    var result = records
    var keys = context.memory.distinctKeys[ObjectIdentifier(self)] ?? KeySet()
    // One copy of the set is in memory.
    context.memory.distinctKeys[ObjectIdentifier(self)] = nil
    var others = 0
    result.records = records.records.filter { record in
      guard let key = key(of: record.fields), let earlier = keys.insert(key, content: record.fields) else {
        return true
      }
      if earlier == .other { others += 1 }
      context.memory.noteDropped(record.origin)
      return false
    }
    context.memory.distinctKeys[ObjectIdentifier(self)] = keys
    if others > 0 {
      result.warnings.append(
        RowProblem(
          reason:
            "\(others) of \(records.records.count) records repeat the \(fields.joined(separator: ", ")) of an earlier "
            + "one and have other content: the first one stands"))
    }
    return result
  }

  /// Returns what identifies a record; nil for one that is not compared.
  private func key(of record: JSONObject) -> [JSONValue]? {
    for (field, values) in conditions {
      guard let value = record[field], !value.isNull, values.contains(value.string ?? value.text) else { return nil }
    }
    let key = fields.map { record[$0] ?? .null }
    return key.contains(where: \.isNull) ? nil : key
  }
}
