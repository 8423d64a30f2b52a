import Contracts
import Definitions
import FoundationEssentials
import JSON
import Normalize
import Processing
import Testing

/// Returns a normalizer of a section in YAML, checked by the section's form.
func makeNormalizer(_ yaml: String, zone: String = "UTC") throws -> Normalizer {
  let (section, problems) = checked(yaml, zone: zone)
  try #require(problems.isEmpty, "\(problems)")
  return try Normalizer(
    Dataset(id: "x", dataType: "items", timeZone: zone, extractor: "http", sinks: []), section: try #require(section))
}

/// Checks a section against the form.
func checked(_ yaml: String, zone: String = "UTC") -> (section: Section?, problems: [String]) {
  let indented = yaml.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
  let text = "dataset_id: x\ndata_type: items\ntimezone: \(zone)\nextract: {}\nnormalize:\n\(indented)\n"
  let (definition, problems) = Definition.read(
    Array(text.utf8), file: "x.yaml", plugins: KnownPlugins(normalize: Normalizer.form)
  ) { _, _ in nil }
  return (definition?.normalize, problems.map(\.description))
}

extension Normalizer {
  /// Normalizes records, given as a JSON list.
  func normalized(_ json: String, after memory: TransformMemory = TransformMemory()) throws -> Records {
    let list = try #require(try JSONValue(parsing: json).array)
    return try normalized(list.compactMap(\.object), after: memory)
  }

  /// - Parameter memory: the facts of earlier batches.
  func normalized(_ records: [JSONObject], after memory: TransformMemory = TransformMemory()) throws -> Records {
    let context = TransformContext(
      dataset: Dataset(id: "x", dataType: "items", timeZone: "UTC", extractor: "http", sinks: []),
      item: try WorkItem(id: "all"), readAt: Date(timeIntervalSince1970: 0), memory: memory)
    return try apply(
      Records(records.enumerated().map { SourceRecord($1, origin: "urn:uuid:0#\($0)") }), context)
  }

  /// Normalizes one record, given as a JSON object.
  /// - Returns: the record as JSON text, or the reason why it is rejected.
  func one(_ json: String) throws -> String {
    let records = try normalized("[\(json)]")
    return try records.records.first.map { JSONValue.object($0.fields).text }
      ?? #require(records.rejected.first).problem.reason
  }
}

/// Returns the value of a field of one type, as JSON text, or the reason why the record is rejected.
func read(_ field: String, _ value: String, zone: String = "UTC") throws -> String {
  let result = try makeNormalizer("fields: {x: {\(field)}}", zone: zone).one("{\"x\": \(value)}")
  return result.hasPrefix("{\"x\":") ? String(result.dropFirst(5).dropLast()) : result
}
