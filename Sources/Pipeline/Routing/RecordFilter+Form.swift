import Definitions
import JSON

extension PluginForm {
  /// The form with the key `where`.
  public var withFilter: PluginForm {
    let key = KeyForm(
      RecordFilter.key, .map(of: .list(of: .text())), standard: "all records",
      "The records that it is for: a field, or a path such as .venue.country, and the value or values that it may have."
    )
    let rule = section.rule
    return PluginForm(
      name, summary,
      SectionForm(
        section.keys + [key], shorthand: section.shorthand, rule: { RecordFilter.problem(of: $0) ?? rule?($0) },
        rules: section.rules), sameAs: sameAs, hasSeries: hasSeries)
  }
}

extension RecordFilter {
  fileprivate static func problem(of section: Section) -> (key: String, problem: String)? {
    guard let fields = section.section(key) else { return nil }
    guard !fields.keys.isEmpty else { return (key, "it names no field: without the key, all records are taken") }
    for name in fields.keys {
      guard isField(name) else {
        return ("\(key).\(name)", "it must be a field's name, or a path to one value such as .venue.country")
      }
      guard !fields.texts(name).isEmpty else { return ("\(key).\(name)", "it has no value") }
    }
    return nil
  }

  private static func isField(_ name: String) -> Bool {
    guard name.hasPrefix(".") else { return !name.isEmpty }
    return name.contains { $0 != "." && $0 != " " } && !name.contains("[]") && JSONSelector(name) != nil
  }
}
