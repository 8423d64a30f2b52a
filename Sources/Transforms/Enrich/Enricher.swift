import Contracts
import Definitions
import JSON
import Processing

/// Adds constants and facts of the run to each record; the plugin `enrich`.
public final class Enricher: Transform {
  private let fields: [(name: String, template: Template)]
  /// True if a value that the record has, other than null, stays.
  private let keepsExisting: Bool

  /// - Parameter section: a section of the definition's `transform`, checked against `form`.
  public init(section: Section) throws(PipelineError) {
    fields = (section.section("fields")?.values ?? []).map { ($0.key, Template($0.value.text ?? "")) }
    keepsExisting = section.text("existing") == "keep"
  }

  /// The transform for points of time series.
  public static var ofSeries: Enricher { Enricher([("collection_date", Template("{read_at}"))]) }

  private init(_ fields: [(name: String, template: Template)]) {
    self.fields = fields
    keepsExisting = false
  }

  /// Adds the fields. No record is rejected.
  /// - Throws: `ConfigurationInvalid` for a name that is neither a fact nor a parameter of the item.
  public func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
    let facts = EnrichmentFacts(context)
    var added: [(name: String, value: JSONValue)] = []
    for (name, template) in fields {
      added.append(
        (name, try Self.value(of: template) { (fact) throws(PipelineError) in try facts.value(of: fact, field: name) }))
    }
    var result = records
    for index in result.records.indices {
      for (name, value) in added {
        if keepsExisting, let existing = result.records[index].fields[name], !existing.isNull { continue }
        result.records[index].fields[name] = value
      }
    }
    return result
  }

  /// Returns the text with values in place of the names; null if a name that is the whole template has no value. Within a
  /// longer text a missing value is an empty text.
  private static func value(
    of template: Template, _ fact: (_ name: String) throws(PipelineError) -> String?
  ) throws(PipelineError) -> JSONValue {
    if template.parts.count == 1, case .name(let name) = template.parts[0] {
      return try fact(name).map { .string($0) } ?? .null
    }
    return .string(try template.filled { (name) throws(PipelineError) in try fact(name) ?? "" })
  }
}
