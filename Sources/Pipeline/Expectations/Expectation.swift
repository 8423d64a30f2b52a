import Definitions

/// A rule of the section `expect`, with what follows from a breach.
struct Expectation: Sendable {
  /// The reaction to a breach.
  enum Reaction: String, CaseIterable, Sendable {
    case warn, partial, fail
  }

  /// The kinds of rules. A new one is one entry here.
  static let kinds: [any DocumentRule.Type] = [
    RowsRule.self, RowsRatioRule.self, NullsRule.self, FreshnessRule.self, RangeRule.self, UniqueRule.self,
    PatternRule.self, OneOfRule.self, TogetherRule.self,
  ]

  /// The name for a person: `expect[0] rows`.
  let label: String
  let reaction: Reaction
  var rule: any DocumentRule

  /// - Returns: nil for a kind that this program does not know; the form refuses it.
  init?(_ section: Section, at index: Int, times: DocumentTimes) {
    guard let kind = Self.kinds.first(where: { $0.form.name == section.plugin }) else { return nil }
    label = "expect[\(index)] \(kind.form.name)"
    // Data that is odd is rather loaded than lost, and is rather seen than overlooked.
    reaction = section.text("on_breach").flatMap { Reaction(rawValue: $0) } ?? .partial
    rule = kind.init(section, times: times)
  }

  var isOnRowCount: Bool { type(of: rule).isOnRowCount }
}
