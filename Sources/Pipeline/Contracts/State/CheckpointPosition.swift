import FoundationEssentials
import Time

/// A cursor as it is compared. Two spellings of one instant, or of one integer, are one position.
public enum CheckpointPosition: Hashable, Sendable {
  /// An instant: whole seconds since 1970, and the digits of the fraction without zeros at their end.
  case time(seconds: Int, fraction: [UInt8])
  /// An integer: its digits without zeros at their beginning; none for zero.
  case integer(isNegative: Bool, digits: [UInt8])
  case text([UInt8])

  /// Reads a checkpoint's value.
  /// - Returns: nil for a value that is not of the type.
  public init?(_ value: String, _ type: Checkpoint.Kind) {
    switch type {
    case .time: self.init(time: value)
    case .integer: self.init(integer: value)
    case .text: self = .text(Array(value.utf8))
    }
  }

  /// Reads RFC 3339: `2024-05-31T08:00:00.25-05:00`.
  private init?(time text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20 else { return nil }
    var digits = bytes[19...]
    if digits.first == UInt8(ascii: ".") {
      digits = digits.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty else { return nil }
    } else {
      digits = []
    }
    let end = digits.isEmpty ? 19 : digits.endIndex
    // The parser rounds fractions to a Double's digits.
    let whole = String(decoding: bytes[..<19] + bytes[end...], as: UTF8.self)
    guard let (date, _) = RFC3339.parse(whole) else { return nil }
    self.init(seconds: Int(date.timeIntervalSince1970), fraction: digits)
  }

  private init(seconds: Int, fraction: ArraySlice<UInt8>) {
    let last = fraction.lastIndex { $0 != UInt8(ascii: "0") }
    self = .time(seconds: seconds, fraction: last.map { Array(fraction[...$0]) } ?? [])
  }

  /// Reads `-12`, `007` or `12`.
  private init?(integer text: String) {
    var digits = Array(text.utf8)[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let significant = Array(digits.drop { $0 == UInt8(ascii: "0") })
    self = .integer(isNegative: isNegative && !significant.isEmpty, digits: significant)
  }

  public var type: Checkpoint.Kind {
    switch self {
    case .time: .time
    case .integer: .integer
    case .text: .text
    }
  }

  /// The shortest spelling.
  public var text: String {
    switch self {
    case .time(let seconds, let fraction):
      let whole = RFC3339.string(Date(timeIntervalSince1970: Double(seconds)), offset: 0).prefix(19)
      return "\(whole)\(fraction.isEmpty ? "" : "." + String(decoding: fraction, as: UTF8.self))Z"
    case .integer(let isNegative, let digits):
      return digits.isEmpty ? "0" : (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    case .text(let bytes): return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// True if this position is before another one of the same type; nil if the types differ.
  public func isBefore(_ other: CheckpointPosition) -> Bool? {
    switch (self, other) {
    case (.time(let seconds, let fraction), .time(let otherSeconds, let otherFraction)):
      seconds == otherSeconds ? fraction.lexicographicallyPrecedes(otherFraction) : seconds < otherSeconds
    case (.integer(let isNegative, let digits), .integer(let otherIsNegative, let otherDigits)):
      if isNegative != otherIsNegative {
        isNegative
      } else {
        isNegative ? Self.isSmaller(otherDigits, digits) : Self.isSmaller(digits, otherDigits)
      }
    case (.text(let bytes), .text(let otherBytes)): bytes.lexicographicallyPrecedes(otherBytes)
    default: nil
    }
  }

  private static func isSmaller(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
  }
}
