/// Python's rules for characters, where Swift's differ.
enum PythonText {
  static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  /// `str.lower()`: a capital sigma at the end of a word has a form of its own.
  static func lowercased(_ text: String) -> [UInt32] {
    let input = Array(text.unicodeScalars)
    var result: [UInt32] = []
    result.reserveCapacity(input.count)
    for (index, scalar) in input.enumerated() {
      switch scalar.value {
      case 0x41...0x5A: result.append(scalar.value + 0x20)
      case ..<0x80: result.append(scalar.value)
      case 0x3A3: result.append(isFinalSigma(index, in: input) ? 0x3C2 : 0x3C3)
      default: result += scalar.properties.lowercaseMapping.unicodeScalars.map(\.value)
      }
    }
    return result
  }

  /// Unicode's condition Final_Sigma: a letter with a case before it, and none behind it.
  private static func isFinalSigma(_ index: Int, in text: [Unicode.Scalar]) -> Bool {
    let before = text[..<index].last { !$0.properties.isCaseIgnorable }
    let after = text[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }

  /// `str.isspace()`, which is `\s` of a regular expression.
  static func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// `\w` of a regular expression: a letter, a character with a numeric value, or the underscore.
  static func isWordCharacter(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: return true
    case ..<0x80: return false
    default:
      guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
      switch properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
      default: return properties.numericType != nil
      }
    }
  }
}
