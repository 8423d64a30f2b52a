import Definitions

extension KeyForm {
  /// The reaction to a breach, which every rule has.
  static let onBreach = KeyForm(
    "on_breach", .choice(Expectation.Reaction.allCases.map(\.rawValue)), standard: "partial",
    "warn: the document is loaded, and the run's summary says so; partial: the item is incomplete, too; fail: the document "
      + "is refused.")

  static let field = KeyForm(
    "field", .text(.field), isRequired: true, "The field of a record, as the document has it: price, or .price.amount.")
}

extension Form.Rule {
  static let field = Form.Rule("a field's name, or a path to one value such as .price.amount") {
    DocumentField.isField($0)
  }

  static let age = Form.Rule(
    "a number with s, m, h, d or w behind it, such as 36h", pattern: "^[0-9]{1,6}[smhdw]$"
  ) { DocumentAge($0) != nil }

  static let bound = Form.Rule("a number, a date such as 2024-05-31, or a time such as 2024-05-31T20:00:00Z") {
    DocumentBound($0, .utc) != nil
  }
}

extension Section {
  /// Returns the problem of bounds of which both are missing, or that contradict each other.
  func disorder(_ number: (Section, String) -> Double?) -> (key: String, problem: String)? {
    switch (number(self, "minimum"), number(self, "maximum")) {
    case (nil, nil): ("minimum", "it is missing, and so is maximum: give one of them")
    case (let low?, let high?) where high < low: ("maximum", "it is less than minimum")
    default: nil
    }
  }
}
