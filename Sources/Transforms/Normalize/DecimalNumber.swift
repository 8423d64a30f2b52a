import JSON

/// A decimal number with all its digits, for comparison and truncation without the rounding of a `Double`.
struct DecimalNumber {
  private let isNegative: Bool
  /// The digits, without zeros at the beginning; empty for zero.
  private let digits: [UInt8]
  /// The number of digits before the point; negative for 0.001.
  private let point: Int

  /// Digits of an integer beyond which truncation is refused: an exponent must not fill the memory.
  private static let maximumDigits = 400

  /// Reads JSON's spelling of a number.
  /// - Returns: nil for an exponent of more than nine digits.
  init?(_ number: JSONNumber) {
    var text = number.text.utf8[...]
    isNegative = text.first == UInt8(ascii: "-")
    if isNegative { text.removeFirst() }
    var exponent = 0
    if let mark = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      let written = text[text.index(after: mark)...]
      guard written.count <= 10, let value = Int(String(decoding: written, as: UTF8.self)) else { return nil }
      exponent = value
      text = text[..<mark]
    }
    let whole = text.prefix { $0 != UInt8(ascii: ".") }
    let all = text.filter { $0 != UInt8(ascii: ".") }
    let significant = all.drop { $0 == UInt8(ascii: "0") }
    digits = Array(significant)
    point = whole.count + exponent - (all.count - significant.count)
  }

  init?(_ text: String) {
    guard let number = JSONNumber(text) else { return nil }
    self.init(number)
  }

  /// The number without its fraction; nil for one of more than 400 digits.
  var truncated: JSONNumber? {
    guard point > 0, !digits.isEmpty else { return JSONNumber(0) }
    guard point <= Self.maximumDigits else { return nil }
    let whole = digits.prefix(point)
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: point - whole.count)
    return JSONNumber((isNegative ? "-" : "") + String(decoding: whole + zeros, as: UTF8.self))
  }

  /// True if there is no fraction.
  var isInteger: Bool { digits.isEmpty || digits.lastIndex { $0 != UInt8(ascii: "0") }.map { $0 < point } ?? true }

  static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
    let (leftSign, rightSign) = (left.sign, right.sign)
    guard leftSign == rightSign else { return leftSign < rightSign }
    return leftSign < 0 ? isSmaller(right, left) : leftSign > 0 && isSmaller(left, right)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  /// Compares without the signs.
  private static func isSmaller(_ left: DecimalNumber, _ right: DecimalNumber) -> Bool {
    guard left.point == right.point else { return left.point < right.point }
    let zero = UInt8(ascii: "0")
    for index in 0..<max(left.digits.count, right.digits.count) {
      let (a, b) = (
        index < left.digits.count ? left.digits[index] : zero, index < right.digits.count ? right.digits[index] : zero
      )
      if a != b { return a < b }
    }
    return false
  }
}
