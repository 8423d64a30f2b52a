extension String {
  /// The text with plain spaces: every white space of Unicode is U+0020, and characters that show nothing, such as marks of
  /// direction, are left out. Word processors and translation tools put them around times. Digits and signs of full width are
  /// plain ones.
  var withPlainSpaces: String {
    // Nearly all texts are ASCII.
    guard utf8.contains(where: { $0 >= 0x80 || $0 < 0x20 }) else { return self }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x00AD, 0x061C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF: break
      case 0xFF01...0xFF5E: result.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
      default: result.append(scalar.properties.isWhitespace ? " " : scalar)
      }
    }
    return String(result)
  }
}
