import Contracts
import Time

/// The values of the names in templates: those of paging, then the item's parameters, then the date.
struct TemplateValues {
  /// The names that stand for the date.
  static let dateNames = ["date", "YYYY", "YY", "MM", "DD"]

  let item: WorkItem
  /// The item's day or that of the run, or a period before it.
  var date: CalendarDate
  /// `page`, `offset` or `cursor`.
  var paging: [String: String] = [:]

  /// - Throws: `InvalidInput` for a name that has no value.
  func value(of name: String, key: String) throws(PipelineError) -> String {
    if let value = paging[name] ?? item.parameters[name] { return value }
    let text = "\(date)"
    switch name {
    case "date": return text
    case "YYYY": return String(text.prefix(4))
    case "YY": return String(text.dropFirst(2).prefix(2))
    case "MM": return String(text.dropFirst(5).prefix(2))
    case "DD": return String(text.suffix(2))
    default:
      let known = item.parameters.keys.sorted()
      throw PipelineError(
        .invalidInput,
        "extract.\(key) names {\(name)}, but the item '\(item)' has "
          + (known.isEmpty ? "no parameters" : "only \(known.joined(separator: ", "))")
          + ": give it in plan.values, or correct the name")
    }
  }
}
