extension String {
  /// Returns the text as a JSON string with its quotes (RFC 8259, 7). Quotes, backslashes and control characters,
  /// DEL included, are escaped.
  /// - Parameter asciiOnly: if true, characters beyond ASCII are escaped as well (`\u00e9`), as an HTTP header needs it.
  public func quotedForJSON(asciiOnly: Bool = false) -> String {
    let isPlain = utf8.allSatisfy {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != 0x7F && !(asciiOnly && $0 > 0x7F)
    }
    guard !isPlain else { return "\"\(self)\"" }
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F || (asciiOnly && scalar.value > 0x7E) {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
