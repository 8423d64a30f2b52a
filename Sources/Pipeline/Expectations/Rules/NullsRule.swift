import Definitions
import JSON

/// The share of records without a value.
struct NullsRule: DocumentRule {
  static let form = PluginForm(
    "nulls", "The share of records without a value: null, no such field, a blank text, an empty list or object.",
    SectionForm([
      .field, KeyForm("maximum", .number(0...1), standard: "0", "The greatest share allowed."), .onBreach,
    ]))

  private let field: DocumentField
  private let maximum: Double
  private var count = 0
  private var records = 0

  init(_ section: Section, times: DocumentTimes) {
    field = DocumentField(section.text("field") ?? "")
    maximum = section.number("maximum") ?? 0
  }

  var fields: [DocumentField] { [field] }
  var tally: ValueTally? { ValueTally(checked: records, failed: count) }

  mutating func add(_ record: JSONObject) {
    records += 1
    if field.value(in: record) == nil { count += 1 }
  }

  func breach(of facts: DocumentFacts) -> String? {
    guard facts.records > 0 else { return nil }
    let share = Double(count) / Double(facts.records)
    guard share > maximum else { return nil }
    return "\(count) of \(facts.records) records (\(share.brief)) have no \(field), and maximum is \(maximum.brief)"
  }
}
