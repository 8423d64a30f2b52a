import Contracts
import Definitions
import JSON
import Processing

/// Adds constants and facts of the run to each record; the plugin `enrich`.
public final class Enricher: Transform {
  private let fields: [(name: String, template: FieldTemplate)]
  /// True if a value that the record has, other than null, stays.
  private let keepsExisting: Bool

  /// - Parameter section: a section of the definition's `transform`, checked against `form`.
  public init(section: Section) throws(PipelineError) {
    fields = (section.section("fields")?.values ?? []).map { ($0.key, FieldTemplate($0.value.text ?? "")) }
    keepsExisting = section.text("existing") == "keep"
  }

  /// Adds the fields. No record is rejected.
  /// - Throws: `ConfigurationInvalid` for a name that is neither a fact nor a parameter of the item.
  public func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
    let facts = EnrichmentFacts(context)
    var added: [(name: String, value: JSONValue)] = []
    for (name, template) in fields {
      added.append(
        (name, try template.value { (fact) throws(PipelineError) in try facts.value(of: fact, field: name) }))
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
}
