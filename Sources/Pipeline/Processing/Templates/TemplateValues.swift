import Contracts
import Time

/// The values of the names in templates of `extract`: those of paging, then the item's parameters, then the date.
public struct TemplateValues {
  /// The names that stand for the date.
  public static let dateNames = ["date", "YYYY", "YY", "MM", "DD"]
  /// The names of those that a month does not have. Its item has the others, and `month`, as parameters.
  private static let dayNames = ["date", "DD"]

  public let item: WorkItem
  /// The item's day or that of the run, or a period before it.
  public var date: CalendarDate
  /// `page`, `offset` or `cursor`.
  public var paging: [String: String] = [:]

  public init(item: WorkItem, date: CalendarDate) {
    self.item = item
    self.date = date
  }

  /// - Parameter key: the key in `extract` that has the template, for the message.
  /// - Throws: `InvalidInput` for a name that has no value.
  public func value(of name: String, key: String) throws(PipelineError) -> String {
    if let value = paging[name] ?? item.parameters[name] { return value }
    if Self.dayNames.contains(name), item.parameters["YYYY"] != nil {
      throw PipelineError(
        .invalidInput,
        "extract.\(key) names {\(name)}, but the item '\(item)' is a month: it has {YYYY}, {YY}, {MM} and {month}")
    }
    if let digits = Self.digits(of: name, "\(date)") { return digits }
    if ObjectReference.parameterNames.contains(name) {
      throw PipelineError(
        .invalidInput,
        "extract.\(key) names {\(name)}, which the item '\(item)' does not have: start the run with bucket and key, as the "
          + "event of an object of S3 does")
    }
    let known = item.parameters.keys.sorted()
    throw PipelineError(
      .invalidInput,
      "extract.\(key) names {\(name)}, but the item '\(item)' has "
        + (known.isEmpty ? "no parameters" : "only \(known.joined(separator: ", "))")
        + ": give it in plan.values, or correct the name")
  }

  private static func digits(of name: String, _ date: String) -> String? {
    switch name {
    case "date": date
    case "YYYY": String(date.prefix(4))
    case "YY": String(date.dropFirst(2).prefix(2))
    case "MM": String(date.dropFirst(5).prefix(2))
    case "DD": String(date.suffix(2))
    default: nil
    }
  }
}
