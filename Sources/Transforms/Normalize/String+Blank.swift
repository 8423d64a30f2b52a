import Text

extension Unicode.Scalar {
  /// True for white space: Unicode's White_Space, which has the no-break space and U+3000, and the separators U+001C to
  /// U+001F. Python's `str.strip` removes the same. A list, because the standard library's tables of properties would be
  /// linked into every function.
  var isWhite: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }
}

extension String {
  /// True if there is nothing but white space.
  var isBlank: Bool { unicodeScalars.allSatisfy(\.isWhite) }

  /// The text without white space at its ends.
  var trimmed: String { String(unicodeScalars.trimming(while: \.isWhite)) }

  /// The text trimmed, with one space in place of each run of white space.
  var collapsed: String {
    var result = String.UnicodeScalarView()
    var spaceIsDue = false
    for scalar in unicodeScalars {
      if scalar.isWhite {
        spaceIsDue = !result.isEmpty
      } else {
        if spaceIsDue { result.append(" ") }
        spaceIsDue = false
        result.append(scalar)
      }
    }
    return String(result)
  }
}
