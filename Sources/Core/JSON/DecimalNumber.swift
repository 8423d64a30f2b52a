/// The value of a decimal number, with all its digits: to compare, to measure and to truncate without the rounding of a
/// `Double`. Two spellings of one value are equal.
public struct DecimalNumber: Hashable, Comparable, Sendable {
  /// Places before or behind the point beyond which a number is refused: an exponent must not fill the memory, and no
  /// source means one.
  public static let maximumPlaces = 1000

  public let isNegative: Bool
  /// ASCII digits, without zeros at either end; empty for zero.
  public let digits: [UInt8]
  /// The power of ten of the last digit.
  let exponent: Int

  /// - Returns: nil for a number of too many places.
  public init?(_ number: JSONNumber) { self.init(number.text) }

  /// Reads `12`, `-0.50`, `1e3`, and `007`, which JSON does not have.
  /// - Returns: nil for any other form, and for a number of too many places.
  public init?(_ text: String) {
    let bytes = text.utf8.span
    let isBelowZero = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
    var index = isBelowZero ? 1 : 0
    guard index < bytes.count, bytes.count - index <= Self.maximumPlaces + 10, bytes[index] != UInt8(ascii: ".") else {
      return nil
    }
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count)
    var (exponent, isBehindPoint, written) = (0, false, 0)
    loop: while index < bytes.count {
      let byte = bytes[index]
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
      index += 1
    }
    guard written > 0 else { return nil }
    if index < bytes.count {
      guard bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") else { return nil }
      let rest = text.utf8.dropFirst(index + 1)
      guard let power = Int(Substring(rest)), rest.count <= 10 else { return nil }
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
  public var wholePlaces: Int { max(0, digits.count + exponent) }
  /// Digits behind the point.
  public var decimalPlaces: Int { max(0, -exponent) }

  /// The number as an integer; nil if it has a fraction or does not fit.
  public var integer: Int? { exponent < 0 || wholePlaces > 19 ? nil : Int(text) }

  /// The number without an exponent: `-0.5`, `1200`.
  public var text: String {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends `text` in UTF-8.
  public func write(into bytes: inout [UInt8]) {
    guard !digits.isEmpty else { return bytes.append(UInt8(ascii: "0")) }
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    if exponent >= 0 {
      bytes += digits
      bytes += repeatElement(UInt8(ascii: "0"), count: exponent)
    } else {
      let point = digits.count + exponent
      if point > 0 { bytes += digits[..<point] } else { bytes.append(UInt8(ascii: "0")) }
      bytes.append(UInt8(ascii: "."))
      if point < 0 { bytes += repeatElement(UInt8(ascii: "0"), count: -point) }
      bytes += digits[max(0, point)...]
    }
  }

  /// The number without its fraction.
  public var truncated: DecimalNumber {
    guard exponent < 0 else { return self }
    let whole = digits.dropLast(min(digits.count, decimalPlaces))
    return DecimalNumber((isNegative ? "-" : "") + (whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self)))
      ?? self
  }

  public static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
    guard left.sign == right.sign else { return left.sign < right.sign }
    return left.isNegative ? isSmaller(right, left) : isSmaller(left, right)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  /// Compares without the signs.
  private static func isSmaller(_ left: DecimalNumber, _ right: DecimalNumber) -> Bool {
    let (size, otherSize) = (left.digits.count + left.exponent, right.digits.count + right.exponent)
    return size == otherSize ? left.digits.lexicographicallyPrecedes(right.digits) : size < otherSize
  }
}
