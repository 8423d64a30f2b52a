import Definitions
import JSON
import Text

/// The form of texts, as a regular expression.
struct PatternRule: DocumentRule {
  static let form = PluginForm(
    "pattern", "The share of values that have another form.",
    SectionForm([
      .field,
      KeyForm(
        "pattern", .text(.pattern), isRequired: true,
        "An extended regular expression of POSIX, which the whole value matches: [A-Z]{2}."),
      .maximumShare, .onBreach,
    ]))

  private let field: DocumentField
  private let pattern: String
  private let expression: PosixExpression?
  private let maximumShare: Double
  private var values = ValueTally()

  init(_ section: Section, times: DocumentTimes) {
    field = DocumentField(section.text("field") ?? "")
    pattern = section.text("pattern") ?? ""
    expression = PosixExpression(pattern)
    maximumShare = section.number("maximum_share") ?? 0
  }

  var fields: [DocumentField] { [field] }
  var tally: ValueTally? { values }

  mutating func add(_ record: JSONObject) {
    guard let value = field.value(in: record) else { return }
    values.take(value, isRight: value.string.map { expression?.matches($0) ?? false } ?? false)
  }

  func breach(of facts: DocumentFacts) -> String? {
    values.breach(of: field, "do not match \(pattern)", maximumShare: maximumShare)
  }
}

extension KeyForm {
  static let maximumShare = KeyForm(
    "maximum_share", .number(0...1), standard: "0",
    "The share of the values that may be otherwise. Records without a value do not count.")
}

extension Form.Rule {
  static let pattern = Form.Rule("an extended regular expression of POSIX") { PosixExpression($0) != nil }
}
