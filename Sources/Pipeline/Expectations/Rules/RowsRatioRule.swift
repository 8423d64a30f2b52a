import Contracts
import Definitions

/// Bounds of the number of records, as a share of the median of the item's last loads.
struct RowsRatioRule: DocumentRule {
  static let form = PluginForm(
    "rows_ratio", "The number of an item's records, as a share of the median of its last loads in the ledger.",
    SectionForm(
      [
        KeyForm("minimum", .number(0...1_000_000), "The smallest share allowed: 0.5 is half of the median."),
        KeyForm("maximum", .number(0...1_000_000), "The greatest share allowed."),
        KeyForm(
          "of_last", .integer(1...100), standard: "\(standardLoads)",
          "The loads before the document that are compared. The first \(minimumLoads) of an item are not."), .onBreach,
      ]) { $0.disorder { $0.number($1) } })
  static let isOnRowCount = true
  static let comparesLoads = true
  private static let standardLoads = 7
  /// The loads without which nothing is compared: the first load may have been an attempt.
  private static let minimumLoads = 3

  private let minimum: Double?
  private let maximum: Double?
  let earlierLoads: Int

  init(_ section: Section, times: DocumentTimes) {
    minimum = section.number("minimum")
    maximum = section.number("maximum")
    earlierLoads = section.integer("of_last") ?? Self.standardLoads
  }

  func breach(of facts: DocumentFacts) -> String? {
    guard !facts.isNothingNew, let median = median(facts), median > 0 else { return nil }
    let ratio = Double(facts.found) / median
    let measured =
      "\(facts.found) records are \(ratio.brief) of the median \(median.brief) of the last "
      + "\(min(facts.earlier.count, earlierLoads)) loads"
    if let minimum, ratio < minimum { return "\(measured), and minimum is \(minimum.brief)" }
    if let maximum, ratio > maximum { return "\(measured), and maximum is \(maximum.brief)" }
    return nil
  }

  func remark(on facts: DocumentFacts) -> String? {
    guard !facts.isNothingNew else { return nil }
    guard let median = median(facts) else {
      return "not compared: the item has \(facts.earlier.count) earlier loads, and \(required) are needed"
    }
    return median > 0 ? nil : "not compared: the median of the item's earlier loads is 0"
  }

  private var required: Int { min(Self.minimumLoads, earlierLoads) }

  private func median(_ facts: DocumentFacts) -> Double? {
    facts.earlier.count < required ? nil : facts.earlier.prefix(earlierLoads).median
  }
}
