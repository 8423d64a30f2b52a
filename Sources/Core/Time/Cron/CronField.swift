import Text

/// A set of numbers of one field, as its text lists them.
struct CronValues: Equatable, Sendable {
  struct Part: Equatable, Sendable {
    let range: ClosedRange<Int>
    let step: Int
  }

  let parts: [Part]

  func contains(_ value: Int) -> Bool {
    parts.contains { $0.range.contains(value) && (value - $0.range.lowerBound) % $0.step == 0 }
  }
}

/// A field of a cron expression: its name, its numbers and their names.
struct CronField: Sendable {
  let name: String
  let range: ClosedRange<Int>
  /// The names of the numbers, from the lowest on; empty if they have none.
  var names: [String] = []
  /// False if the field takes no steps.
  var hasSteps = true
  /// Other forms that the field takes, for a person.
  var others = ""

  static let minutes = CronField(name: "minutes", range: 0...59)
  static let hours = CronField(name: "hours", range: 0...23)
  static let date = CronField(
    name: "day-of-month", range: 1...31,
    others: ", or L for the last day, or 15W for the weekday that is nearest to the 15th")
  static let month = CronField(
    name: "month", range: 1...12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
  static let weekday = CronField(
    name: "day-of-week", range: 1...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], hasSteps: false,
    others: ", or L for Saturday, or 6L for the last Friday of the month, or 6#3 for the third one")
  static let year = CronField(name: "year", range: 1970...2199)

  /// Reads a list of numbers, names, ranges and steps.
  /// - Parameter text: in capital letters.
  func values(_ text: Substring) throws(CronError) -> CronValues {
    var parts: [CronValues.Part] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let part = part(item) else { throw refusal(of: text) }
      parts.append(part)
    }
    return CronValues(parts: parts)
  }

  /// Returns the number of a text, which is one of the field's numbers or names; nil for any other text.
  func number(_ text: Substring) -> Int? {
    if let index = names.firstIndex(where: { $0 == text }) { return range.lowerBound + index }
    return Self.digits(text).flatMap { range.contains($0) ? $0 : nil }
  }

  func refusal(of text: Substring) -> CronError {
    let named = names.isEmpty ? "" : " or \(names.first ?? "") to \(names.last ?? "")"
    let (low, high) = (range.lowerBound, range.lowerBound + 2)
    let steps = hasSteps ? ", a step \(low)/2" : ""
    return CronError(
      name, text,
      "*, a number from \(low) to \(range.upperBound)\(named), a range \(low)-\(high)\(steps), a list of these "
        + "\(low),\(high)\(others)")
  }

  private func part(_ text: Substring) -> CronValues.Part? {
    let pieces = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var step: Int?
    if pieces.count == 2 {
      guard hasSteps, let number = Self.digits(pieces[1]), (1...range.upperBound).contains(number) else { return nil }
      step = number
    }
    guard pieces[0] != "*" else { return .init(range: range, step: step ?? 1) }
    let bounds = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let low = bounds.first.flatMap(number) else { return nil }
    // A number with a step begins a range to the end of the field.
    var high = step == nil ? low : range.upperBound
    if bounds.count == 2 {
      guard let end = number(bounds[1]), low <= end else { return nil }
      high = end
    }
    return .init(range: low...high, step: step ?? 1)
  }

  private static func digits(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
    return Int(text)
  }
}
