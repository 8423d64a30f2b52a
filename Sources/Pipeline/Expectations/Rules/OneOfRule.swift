import Definitions
import JSON

/// The values that a field may have.
struct OneOfRule: DocumentRule {
  static let form = PluginForm(
    "one_of", "The share of values that are not in a list.",
    SectionForm([
      .field,
      KeyForm(
        "values", .list(of: .text()), isRequired: true,
        "The values allowed: texts, or numbers and truth values as JSON has them."),
      .maximumShare, .onBreach,
    ]) { section in
      section.texts("values").isEmpty ? ("values", "it is empty: name the values that are allowed") : nil
    })

  private let field: DocumentField
  private let allowed: Set<String>
  private let shown: String
  private let maximumShare: Double
  private var values = ValueTally()

  init(_ section: Section, times: DocumentTimes) {
    field = DocumentField(section.text("field") ?? "")
    allowed = Set(section.texts("values"))
    shown = section.texts("values").joined(separator: ", ")
    maximumShare = section.number("maximum_share") ?? 0
  }

  var fields: [DocumentField] { [field] }
  var tally: ValueTally? { values }

  mutating func add(_ record: JSONObject) {
    guard let value = field.value(in: record) else { return }
    values.take(value, isRight: allowed.contains(value.string ?? value.text))
  }

  func breach(of facts: DocumentFacts) -> String? {
    values.breach(of: field, "are none of \(shown)", maximumShare: maximumShare)
  }
}
