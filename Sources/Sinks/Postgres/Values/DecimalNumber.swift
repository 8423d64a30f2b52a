/// A decimal number, exactly: `isNegative`, digits, and the power of ten of the last one. Without leading and trailing zeros, so that
/// equal numbers are equal.
struct DecimalNumber: Hashable, Sendable {
  /// Digits, and places before or behind the point, beyond which a number is refused: Postgres has room for more, but no
  /// source means one.
  static let maximumPlaces = 1000

  let isNegative: Bool
  /// ASCII digits; empty for zero.
  let digits: [UInt8]
  let exponent: Int

  /// Reads `12`, `-0.50`, `1e3`; nil for any other form, and for a number of too many places.
  init?(_ text: String) {
    var digits: [UInt8] = []
    var (exponent, isBehindPoint, written) = (0, false, 0)
    var rest = text.utf8[...]
    let isBelowZero = rest.first == UInt8(ascii: "-")
    if isBelowZero { rest.removeFirst() }
    guard rest.count <= Self.maximumPlaces + 10, let first = rest.first, first != UInt8(ascii: ".") else { return nil }
    loop: while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        written += 1
        if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte) }
        if isBehindPoint { exponent -= 1 }
      case UInt8(ascii: "."):
        guard !isBehindPoint, written > 0 else { return nil }
        (isBehindPoint, written) = (true, 0)
      default: break loop
      }
      rest.removeFirst()
    }
    guard written > 0 else { return nil }
    if let mark = rest.first {
      guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
      rest.removeFirst()
      let sign = rest.first
      guard let power = Int(Substring(rest)), rest.count <= 10, sign == UInt8(ascii: "-") || power >= 0 else {
        return nil
      }
      exponent += power
    }
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      exponent += 1
    }
    isNegative = isBelowZero && !digits.isEmpty
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
    guard wholePlaces <= Self.maximumPlaces, decimalPlaces <= Self.maximumPlaces else { return nil }
  }

  /// Digits before the point; 0 for a number below 1.
  var wholePlaces: Int { max(0, digits.count + exponent) }
  /// Digits behind the point.
  var decimalPlaces: Int { max(0, -exponent) }

  /// The number as an integer; nil if it has a fraction or does not fit.
  var integer: Int? { exponent < 0 || wholePlaces > 19 ? nil : Int(text) }

  /// The number without an exponent: `-0.5`, `1200`.
  var text: String {
    guard !digits.isEmpty else { return "0" }
    var bytes: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
    if exponent >= 0 {
      bytes += digits
      bytes += repeatElement(UInt8(ascii: "0"), count: exponent)
    } else {
      let point = digits.count + exponent
      bytes += point > 0 ? digits[..<point] : [UInt8(ascii: "0")]
      bytes.append(UInt8(ascii: "."))
      bytes += repeatElement(UInt8(ascii: "0"), count: max(0, -point))
      bytes += digits[max(0, point)...]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// - Returns: a negative number if this one is smaller, 0 if it is equal.
  func compared(to other: DecimalNumber) -> Int {
    let (sign, otherSign) = (sign, other.sign)
    guard sign == otherSign, sign != 0 else { return sign - otherSign }
    return sign * compareSize(with: other)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  private func compareSize(with other: DecimalNumber) -> Int {
    let (size, otherSize) = (digits.count + exponent, other.digits.count + other.exponent)
    guard size == otherSize else { return size - otherSize }
    if digits == other.digits { return 0 }
    return digits.lexicographicallyPrecedes(other.digits) ? -1 : 1
  }
}
