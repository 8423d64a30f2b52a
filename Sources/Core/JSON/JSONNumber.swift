/// A number as a JSON text spells it: `12`, `-0.50`, `1e400`. Two spellings of one value are different numbers.
public struct JSONNumber: Hashable, Sendable, CustomStringConvertible {
  /// The spelling, which follows JSON's grammar.
  public let text: String

  /// - Parameter text: must follow JSON's grammar; the parser has checked that.
  init(unchecked text: String) { self.text = text }

  public init(_ value: Int) { text = String(value) }

  /// - Returns: nil for infinity and not-a-number, which JSON cannot express.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    if let integer = Int64(exactly: value), integer.magnitude < 1 << 53 {
      text = String(integer)
    } else {
      text = "\(value)"
    }
  }

  /// - Returns: nil for a text that JSON's grammar does not accept as a number, such as `01`, `+1`, `1.` or `NaN`.
  public init?(_ text: some StringProtocol) {
    guard Self.isNumber(Array(text.utf8).span) else { return nil }
    self.text = String(text)
  }

  /// True for a text that JSON's grammar accepts as a number.
  public static func isNumber(_ text: Span<UInt8>) -> Bool {
    var reader = JSONReader()
    return reader.skipNumber(text) && reader.index == text.count
  }

  /// The value as an integer; nil if it has a fraction or an exponent, or does not fit.
  public var integer: Int64? { Int64(text) }

  /// The nearest double; infinite for a number beyond its range.
  public var double: Double { Double(text) ?? .nan }

  public var description: String { text }
}
