/// A JSON string with its quotes: every control character, quote and backslash escaped (RFC 8259, 7).
/// - Parameter asciiOnly: whether characters beyond ASCII are written as `\u00e9`, as a header needs it.
func quoted(_ text: String, asciiOnly: Bool = false) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
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
