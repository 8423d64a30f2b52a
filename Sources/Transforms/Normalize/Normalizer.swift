import Contracts
import Definitions
import JSON
import Processing
import Time

/// The section `normalize` of a definition, which runs before the other transforms: it gives records their fields, types
/// and keys. Nothing is lost: each key of the source feeds a field, or stays as it was sent.
public final class Normalizer: Transform {
  private let fields: [Field]
  private let names: Set<String>
  private let metadata: String?
  private let keepsUnreadable: Bool
  private let primaryKeys: [String]
  /// True if a record's place at the source is a part of each reason: a cell is what a person looks for.
  private let namesPlaces: Bool

  /// - Parameter section: a section of `form`.
  /// - Throws: `ConfigurationInvalid` for a zone whose rules this machine lacks, or a default that its field does not allow.
  public init(_ dataset: Dataset, section: Section) throws(PipelineError) {
    let identifier = section.text("timezone") ?? dataset.timeZone
    let zone: TimeZoneRules?
    do { zone = identifier == "UTC" ? nil : try TimeZoneRules(identifier: identifier) } catch {
      throw PipelineError(
        .configurationInvalid, "the rules of time zone \(identifier) cannot be read (\(error)): install tzdata")
    }
    var fields: [Field] = []
    namesPlaces = section["plugin"] != nil
    for (name, value) in namesPlaces ? Self.seriesFields : section.section("fields")?.values ?? [] {
      fields.append(try Field(name, value.section ?? Section(), zone: zone))
    }
    self.fields = fields
    names = Set(fields.map(\.name))
    metadata = section.text("metadata")
    keepsUnreadable = section.text("on_error") == "keep"
    let keys = section.texts("primary_keys")
    // To system 002's plugins any list means the same, and a time alone would make one series of all.
    primaryKeys = namesPlaces && !keys.isEmpty ? Self.seriesKeys : keys
  }

  public func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
    var result = Records(rejected: records.rejected, document: records.document)
    result.records.reserveCapacity(records.records.count)
    for record in records.records {
      // The line of a row is not the source's: a row that moves is the same record.
      var source = record.fields
      let row = source[LineageField.sourceRow]
      if row != nil { source[LineageField.sourceRow] = nil }
      var (fields, problems) = normalize(source, whole: record.fields)
      let key = primaryKeys.map { fields[$0] ?? .null }
      var problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
      if problem == nil, !primaryKeys.isEmpty {
        problem = keyProblem(key, fields, in: &context.memory.keys)
      }
      if let problem {
        let reason = namesPlaces ? Self.named(problem, record) : problem
        // The key of a point says what is missing, also where repetitions are kept.
        let named = namesPlaces ? Self.seriesKeys.map { fields[$0] ?? .null } : key
        result.rejected.append(
          RejectedRow(RowProblem(reason: reason), key: Self.text(of: named), text: Self.text(of: record.fields)))
        continue
      }
      if let row, fields[LineageField.sourceRow] == nil { fields[LineageField.sourceRow] = row }
      result.records.append(SourceRecord(fields, origin: record.origin))
    }
    return result
  }

  /// Normalizes one record.
  /// - Parameter whole: the record with the line of its row.
  /// - Returns: the fields, and the reasons to reject the record, each with the name of its field.
  private func normalize(_ source: JSONObject, whole: JSONObject) -> (fields: JSONObject, problems: [String]) {
    guard !fields.isEmpty else { return (source, []) }
    var result = JSONObject()
    var rest = source
    var problems: [String] = []
    for field in fields {
      let (reading, path) = field.read(field.readsRow ? whole : source)
      var value: JSONValue?
      let before = problems.count
      switch reading {
      case .value(let found, let isWhole):
        value = found
        if isWhole { path?.remove(from: &rest) }
        if !isWhole, field.type == .list, metadata == nil {
          problems.append(
            "\(field.name): the list has elements that are not of its type, and there is no metadata for them")
        }
        if let problem = field.limitProblem(found) { problems.append("\(field.name): \(problem)") }
      case .unreadable(let problem) where !keepsUnreadable: problems.append("\(field.name): \(problem)")
      case .unreadable, .absent: break
      }
      if value == nil { value = field.standard }
      if value == nil, field.isRequired, problems.count == before {
        problems.append("\(field.name): \(Self.missing(reading, field))")
      }
      result[field.name] = value ?? (field.type == .list ? [] : .null)
    }
    if let metadata {
      result[metadata] = .object(rest)
    } else {
      add(rest, to: &result, &problems)
    }
    return (result, problems)
  }

  private static func missing(_ reading: Field.Reading, _ field: Field) -> String {
    if case .unreadable(let problem) = reading { return problem }
    return "it has no value in \(field.paths.map(\.text).joined(separator: ", "))"
  }

  /// Adds the keys that fed no field beside the fields. A key whose name a field has would be lost, unless the field has
  /// read it itself and found nothing in it.
  private func add(_ rest: JSONObject, to result: inout JSONObject, _ problems: inout [String]) {
    for field in fields where !field.paths.contains(where: { $0.text == field.name }) {
      guard let value = rest[field.name], !value.isBlank else { continue }
      problems.append(
        "\(field.name): the source's own key of this name feeds no field: name a field for such keys as metadata")
    }
    result.append(rest.members.filter { !names.contains($0.name) })
  }

  /// Adds a record's key to those of the item.
  /// - Returns: the reason why the record is rejected; nil if its key is new.
  private func keyProblem(_ key: [JSONValue], _ fields: JSONObject, in keys: inout KeySet) -> String? {
    for (name, value) in zip(primaryKeys, key) where value.isBlank {
      return "\(name): it has no value, and is a primary key"
    }
    let names = primaryKeys.joined(separator: ", ")
    return switch keys.insert(key, content: fields) {
    case nil: nil
    case .same?: "\(names): a repetition of an earlier record, with the same content"
    case .other?: "\(names): an earlier record of this item has the same key and other content, and stands"
    }
  }

  /// The key for messages and the quarantine, as a sink writes it; nil if the record has none.
  private static func text(of key: [JSONValue]) -> String? {
    let texts = key.filter { !$0.isBlank }.map { $0.string ?? $0.text }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  /// Bytes of a rejected record's text: the archive has it whole.
  private static let maximumText = 20_000

  private static func text(of record: JSONObject) -> String {
    var bytes: [UInt8] = []
    record.write(into: &bytes)
    guard bytes.count > maximumText else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: bytes.prefix(maximumText), as: UTF8.self) + "…"
  }
}
