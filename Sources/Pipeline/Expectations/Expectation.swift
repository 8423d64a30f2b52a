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
  private var filter: RecordFilter?
  /// The number of these records so far.
  private var records = 0

  /// Returns the kind that a section names; nil for one that this program does not know, which the form refuses.
  static func kind(of section: Section) -> (any DocumentRule.Type)? {
    kinds.first { $0.form.name == section.plugin }
  }

  static func label(of section: Section, at index: Int) -> String { "expect[\(index)] \(section.plugin ?? "")" }

  /// - Returns: nil for a kind that this program does not know.
  init?(_ section: Section, at index: Int, times: DocumentTimes) {
    guard let kind = Self.kind(of: section) else { return nil }
    label = Self.label(of: section, at: index)
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
  func breach(of facts: DocumentFacts) -> String? { unlabelledBreach(of: facts).map { "\(label): \($0)" } }

  /// A sentence if the rule could not be applied.
  func remark(on facts: DocumentFacts) -> String? { unlabelledRemark(on: facts).map { "\(label): \($0)" } }

  /// The sentence alone, for a report that has the label by itself.
  func unlabelledBreach(of facts: DocumentFacts) -> String? { rule.breach(of: own(facts)) }

  /// The sentence alone, for a report that has the label by itself.
  func unlabelledRemark(on facts: DocumentFacts) -> String? { rule.remark(on: own(facts)) }

  /// The facts of the records that the rule is for.
  private func own(_ facts: DocumentFacts) -> DocumentFacts { facts.limited(to: filter.map { _ in records }) }

  /// The rule for rows of a table, which are no whole document.
  /// - Parameters:
  ///   - fields: the names of the rows' fields.
  ///   - taken: the filter of the records that became rows; nil if all did.
  /// - Returns: nil if the rule is on all records together, on fields that the rows do not have, or on other records.
  func forRows(of fields: Set<String>, takenBy taken: RecordFilter?) -> Expectation? {
    let looked = rule.fields.map(\.description)
    guard rule.tally != nil, !looked.isEmpty, fields.isSuperset(of: looked) else { return nil }
    guard let filter else { return self }
    var result = self
    if let taken, filter.includes(taken) {
      // Every row is of such a record, and needs no column that says so.
      result.filter = nil
      return result
    }
    guard fields.isSuperset(of: filter.fields), taken.map({ !filter.excludes($0) }) ?? true else { return nil }
    return result
  }

  var isOnRowCount: Bool { type(of: rule).isOnRowCount }
}
