import Definitions
import FoundationEssentials
import JSON
import Routing

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

  /// The forms of the kinds. One that compares with earlier loads is for all records: the ledger has the number of these.
  static let forms = kinds.map { $0.comparesLoads ? $0.form : $0.form.withFilter }

  /// The name for a person: `expect[0] rows`.
  let label: String
  let reaction: Reaction
  private(set) var rule: any DocumentRule
  /// The records that the rule is for; nil for all.
  private let filter: RecordFilter?
  /// The number of these records so far.
  private var records = 0

  /// - Returns: nil for a kind that this program does not know; the form refuses it.
  init?(_ section: Section, at index: Int, times: DocumentTimes) {
    guard let kind = Self.kinds.first(where: { $0.form.name == section.plugin }) else { return nil }
    label = "expect[\(index)] \(kind.form.name)"
    // Data that is odd is rather loaded than lost, and is rather seen than overlooked.
    reaction = section.text("on_breach").flatMap { Reaction(rawValue: $0) } ?? .partial
    rule = kind.init(section, times: times)
    filter = RecordFilter(section)
  }

  mutating func begin(readAt: Date?) { rule.begin(readAt: readAt) }

  mutating func add(_ record: JSONObject) {
    guard filter?.accepts(.object(record)) ?? true else { return }
    records += 1
    rule.add(record)
  }

  /// A sentence if the rule is not met.
  func breach(of facts: DocumentFacts) -> String? {
    rule.breach(of: facts.limited(to: filter.map { _ in records })).map { "\(label): \($0)" }
  }

  /// A sentence if the rule could not be applied.
  func remark(on facts: DocumentFacts) -> String? {
    rule.remark(on: facts.limited(to: filter.map { _ in records })).map { "\(label): \($0)" }
  }

  var isOnRowCount: Bool { type(of: rule).isOnRowCount }
}
