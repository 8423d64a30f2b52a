import Definitions
import FoundationEssentials
import JSON

/// Bounds of the values of a field: numbers or times.
struct RangeRule: DocumentRule {
  static let form = PluginForm(
    "range", "The share of values that are outside of bounds, or that are not of the bounds' kind.",
    SectionForm([
      .field,
      KeyForm("minimum", .text(.bound), "The smallest value allowed: a number, a date or a time."),
      KeyForm("maximum", .text(.bound), "The greatest value allowed, of the same kind."),
      .maximumShare, .onBreach,
    ]) { section in
      let bounds = ["minimum", "maximum"].compactMap { section.text($0) }
      if bounds.isEmpty { return ("minimum", "it is missing, and so is maximum: give one of them") }
      guard bounds.count == 2 else { return nil }
      switch (DocumentBound(bounds[0], .utc), DocumentBound(bounds[1], .utc)) {
      case (.number(let low)?, .number(let high)?) where high < low: break
      case (.time(let low)?, .time(let high)?) where high < low: break
      case (.number?, .time?), (.time?, .number?):
        return ("maximum", "it is not of the kind of minimum: both are numbers, or both are times")
      default: return nil
      }
      return ("maximum", "it is less than minimum")
    })

  private let field: DocumentField
  private let minimum: DocumentBound?
  private let maximum: DocumentBound?
  private let shown: String
  private let maximumShare: Double
  private let times: DocumentTimes
  private var values = ValueTally()

  init(_ section: Section, times: DocumentTimes) {
    field = DocumentField(section.text("field") ?? "")
    minimum = section.text("minimum").flatMap { DocumentBound($0, times) }
    maximum = section.text("maximum").flatMap { DocumentBound($0, times) }
    shown = [section.text("minimum"), "…", section.text("maximum")].compactMap { $0 }.joined(separator: " ")
    maximumShare = section.number("maximum_share") ?? 0
    self.times = times
  }

  var fields: [DocumentField] { [field] }
  var tally: ValueTally? { values }

  mutating func add(_ record: JSONObject) {
    guard let value = field.value(in: record) else { return }
    values.take(value, isRight: isInside(value))
  }

  private func isInside(_ value: JSONValue) -> Bool {
    switch minimum ?? maximum {
    case .number:
      guard let number = DocumentBound.number(value) else { return false }
      if case .number(let low)? = minimum, number < low { return false }
      if case .number(let high)? = maximum, high < number { return false }
    case .time:
      guard let time = times.read(value) else { return false }
      if case .time(let low)? = minimum, time < low { return false }
      if case .time(let high)? = maximum, high < time { return false }
    case nil: break
    }
    return true
  }

  func breach(of facts: DocumentFacts) -> String? {
    values.breach(of: field, "are outside of \(shown)", maximumShare: maximumShare)
  }
}
