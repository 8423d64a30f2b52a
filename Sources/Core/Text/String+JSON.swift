/// The characters that a JSON string has as escapes.
public enum JSONEscapes {
  /// Quotes, backslashes and ASCII's control characters, DEL included.
  case control
  /// These, and every other invisible character: a terminal that shows a log would obey some of them.
  case invisible
  /// These, and all characters beyond ASCII, as an HTTP header needs it.
  case nonASCII
}

extension String {
  /// Returns the text as a JSON string with its quotes (RFC 8259, 7).
  public func quotedForJSON(escaping escaped: JSONEscapes = .control) -> String {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    let isPlain = utf8.allSatisfy {
      $0 >= 0x20 && $0 != quote && $0 != backslash && ($0 < 0x7F || ($0 > 0x7F && escaped == .control))
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
      case _ where scalar.isASCII || escaped == .nonASCII || (escaped == .invisible && scalar.isInvisible):
        bytes += scalar.escapedForJSON.utf8
      default: bytes += scalar.utf8
      }
    }
    bytes.append(quote)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Unicode.Scalar {
  /// The character's escape: `\u202e`; beyond the basic plane the escapes of its two surrogates.
  public var escapedForJSON: String {
    utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }.joined()
  }
}
