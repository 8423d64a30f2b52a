import Definitions

/// Bounds of the number of records.
struct RowsRule: DocumentRule {
  static let form = PluginForm(
    "rows", "The number of an item's records, with those that were rejected.",
    SectionForm(
      [
        KeyForm("minimum", .integer(0...2_000_000), "The smallest number allowed."),
        KeyForm("maximum", .integer(0...2_000_000), "The greatest number allowed."), .onBreach,
      ]) { $0.disorder { $0.integer($1).map(Double.init) } })
  static let isOnRowCount = true

  private let minimum: Int?
  private let maximum: Int?

  init(_ section: Section, times: DocumentTimes) {
    minimum = section.integer("minimum")
    maximum = section.integer("maximum")
  }

  func breach(of facts: DocumentFacts) -> String? {
    guard !facts.isNothingNew else { return nil }
    if let minimum, facts.found < minimum { return "\(facts.found) records, and minimum is \(minimum)" }
    if let maximum, facts.found > maximum { return "\(facts.found) records, and maximum is \(maximum)" }
    return nil
  }
}
