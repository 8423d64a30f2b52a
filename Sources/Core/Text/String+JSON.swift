extension String {
  /// Returns the text as a JSON string with its quotes (RFC 8259, 7). Quotes, backslashes and control characters,
  /// DEL included, are escaped.
  /// - Parameter asciiOnly: if true, characters beyond ASCII are escaped as well (`\u00e9`), as an HTTP header needs it.
  public func quotedForJSON(asciiOnly: Bool = false) -> String {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    let isPlain = utf8.allSatisfy {
      $0 >= 0x20 && $0 != quote && $0 != backslash && $0 != 0x7F && !(asciiOnly && $0 > 0x7F)
    }
    guard !isPlain else { return "\"\(self)\"" }
    var bytes = [quote]
    bytes.reserveCapacity(utf8.count + 16)
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": bytes += [backslash, UInt8(ascii: scalar)]
      case "\n": bytes += [backslash, UInt8(ascii: "n")]
      case "\r": bytes += [backslash, UInt8(ascii: "r")]
      case "\t": bytes += [backslash, UInt8(ascii: "t")]
      case "\u{20}"..."\u{7E}": bytes.append(UInt8(ascii: scalar))
      case _ where scalar.isASCII || asciiOnly:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
        }
      default: bytes += String(scalar).utf8
      }
    }
    bytes.append(quote)
    return String(decoding: bytes, as: UTF8.self)
  }
}
