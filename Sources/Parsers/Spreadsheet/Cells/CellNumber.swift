import Spreadsheet
import Text

/// The reading of a cell that should have a number.
enum CellNumber: Equatable {
  case blank
  case number(Double)
  /// - Parameter problem: the content, and what is wrong with it.
  case unreadable(problem: String)

  init(_ cell: SpreadsheetCell?) {
    switch cell {
    case nil: self = .blank
    case .number(let number)? where number.isFinite: self = .number(number)
    case .number?: self = .unreadable(problem: "a number that is not finite")
    case .text(let text)?:
      if text.isBlank {
        self = .blank
      } else if let number = Self.number(text) {
        self = .number(number)
      } else if text.unicodeScalars.allSatisfy({ $0 == "/" || $0.properties.isWhitespace }) {
        self = .unreadable(problem: "'\(text.shown)' stands for no figure")
      } else {
        self = .unreadable(problem: "'\(text.shown)' is no number")
      }
    // Excel has counted with it as with 1. A point is a measurement.
    case .boolean(let flag)?: self = .unreadable(problem: "\(flag ? "TRUE" : "FALSE") is no number")
    case .error(let text)?: self = .unreadable(problem: "the error \(text.shown) is no number")
    case .date(let date)?: self = .unreadable(problem: "the date \(date.localTime) is no number")
    }
  }

  /// Reads a number that is stored as a text: all white space out, also U+00A0, and a comma for the decimal point. Points are
  /// those of thousands only where a comma follows and each has three digits behind it: 1.234,5 is one number, 1.234
  /// another.
  static func number(_ text: String) -> Double? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
      guard scalar.isASCII else { return nil }
      bytes.append(UInt8(scalar.value))
    }
    if let comma = bytes.firstIndex(of: UInt8(ascii: ",")) {
      let whole = bytes[..<comma].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      let sign = whole[0].first == UInt8(ascii: "-") || whole[0].first == UInt8(ascii: "+") ? 1 : 0
      if whole.count > 1 {
        guard (1...3).contains(whole[0].count - sign), whole.dropFirst().allSatisfy({ $0.count == 3 }) else {
          return nil
        }
      }
      bytes = Array(whole.joined()) + [UInt8(ascii: ".")] + bytes[(comma + 1)...]
    }
    guard isNumber(bytes), let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else {
      return nil
    }
    return number
  }

  /// True for digits with at most one point, a sign before them and an exponent behind. `Double` reads more: `nan`, `0x1p3`.
  private static func isNumber(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    func takeDigits() -> Int {
      let digits = rest.prefix(while: \.isASCIIDigit).count
      rest = rest.dropFirst(digits)
      return digits
    }
    func takeSign() {
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    }
    takeSign()
    var digits = takeDigits()
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      digits += takeDigits()
    }
    guard digits > 0 else { return false }
    guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return rest.isEmpty }
    rest.removeFirst()
    takeSign()
    return takeDigits() > 0 && rest.isEmpty
  }
}

extension String {
  /// True for a text of nothing but white space, also U+00A0. An empty text is one: INDEC's workbooks have thousands.
  var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }

  /// The text in a message: on one line, and not too long.
  var shown: String {
    let characters = unicodeScalars.prefix(60).map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
    return String(characters) + (unicodeScalars.count > 60 ? "…" : "")
  }
}
