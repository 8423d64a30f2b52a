import JSON

/// The numbers of one input. jq 1.6 holds doubles, and a number must come back as the source spelled it.
///
/// An integer beyond 2^53 and a number beyond a double's range are handed over as marked texts, which a filter can pass on,
/// compare for equality and put into texts. Any other number is handed over as a double, and a double that comes back has
/// the spelling that it had in the input, if it was there.
struct JQNumbers {
  /// The integers up to here are doubles exactly.
  private static let exact: Int64 = 1 << 53

  /// The spellings by the doubles' bits; two if their decimal values differ.
  private var spellings: [UInt64: (text: String, other: String?)] = [:]
  /// True if a marked text was handed over.
  private(set) var hasMarks = false

  enum Encoded: Equatable {
    case double(Double)
    /// The number's spelling, which is to be marked.
    case text(String)
  }

  mutating func encode(_ number: JSONNumber) -> Encoded {
    if let integer = number.integer, number.text != "-0" {
      guard integer.magnitude <= Self.exact.magnitude else { return mark(number) }
      return .double(Double(integer))
    }
    let double = number.double
    let isInteger = !number.text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
    guard double.isFinite, !isInteger || number.text == "-0" else { return mark(number) }
    let decimal = JQDecimal(number.text)
    if double == 0, !decimal.isZero { return mark(number) }
    if let known = spellings[double.bitPattern] {
      if known.other == nil, known.text != number.text, JQDecimal(known.text) != decimal {
        spellings[double.bitPattern] = (known.text, number.text)
      }
    } else {
      spellings[double.bitPattern] = (number.text, nil)
    }
    return .double(double)
  }

  private mutating func mark(_ number: JSONNumber) -> Encoded {
    hasMarks = true
    return .text(number.text)
  }

  /// - Throws: for a result that JSON cannot express, or that stands for two numbers of the input.
  func decode(_ double: Double) throws(JQProblem) -> JSONNumber {
    if let (text, other) = spellings[double.bitPattern] {
      if let other { throw JQProblem("\(text) and \(other) are one number for jq: pass on at most one of them") }
      if let number = JSONNumber(text) { return number }
    }
    if let integer = Int64(exactly: double), double != 0 || double.sign == .plus { return JSONNumber(Int(integer)) }
    guard let number = JSONNumber(double) else {
      throw JQProblem("a result is \(double.isNaN ? "not a number" : "an infinite number")")
    }
    return number
  }
}

/// The value of a decimal spelling, for comparing: 1.10 is 1.1.
private struct JQDecimal: Equatable {
  private let isNegative: Bool
  /// Without zeros at both ends.
  private let digits: [UInt8]
  private let exponent: Int

  var isZero: Bool { digits.isEmpty }

  init(_ text: String) {
    let parts = text.utf8.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
    isNegative = text.utf8.first == UInt8(ascii: "-")
    let mantissa = parts[0].drop { $0 == UInt8(ascii: "-") }
    let fraction = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let all = Array(fraction.joined().drop { $0 == UInt8(ascii: "0") })
    let zeros = all.reversed().prefix { $0 == UInt8(ascii: "0") }.count
    digits = Array(all.dropLast(zeros))
    let written = parts.count == 2 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
    exponent = digits.isEmpty ? 0 : written &- (fraction.count == 2 ? fraction[1].count : 0) &+ zeros
  }
}
