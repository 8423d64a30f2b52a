import JSON

/// The values that a rule has looked at.
struct ValueTally: Equatable, Sendable {
  private(set) var checked = 0
  private(set) var failed = 0
  /// The first value that failed.
  private(set) var first: JSONValue?

  init(checked: Int = 0, failed: Int = 0) {
    self.checked = checked
    self.failed = failed
  }

  mutating func take(_ value: JSONValue, isRight: Bool) {
    checked += 1
    guard !isRight else { return }
    failed += 1
    if first == nil { first = value }
  }

  var share: Double { checked > 0 ? Double(failed) / Double(checked) : 0 }

  /// - Parameter fault: what is wrong with the values: `are outside of 0 … 100`.
  func breach(of field: DocumentField, _ fault: String, maximumShare: Double) -> String? {
    guard failed > 0, share > maximumShare else { return nil }
    return
      "\(failed) of \(checked) values of \(field) (\(share.brief)) \(fault), the first is \(first?.shown ?? ""), and "
      + "maximum_share is \(maximumShare.brief)"
  }

  static func == (left: ValueTally, right: ValueTally) -> Bool {
    left.checked == right.checked && left.failed == right.failed
  }
}
