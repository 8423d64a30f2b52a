extension Unicode.Scalar {
  /// True for control and format characters and the separators of lines and paragraphs (Unicode's categories Cc, Cf, Zl
  /// and Zp), and for code points that Unicode keeps for further format characters. They show nothing themselves, but
  /// may end a line, move the cursor of a terminal, or change the direction of the text.
  ///
  /// A list, because the standard library's tables of properties would be linked into every function.
  public var isInvisible: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F, 0xAD, 0x600...0x605, 0x61C, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x180E,
      0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF0...0xFFFB, 0x110BD, 0x110CD,
      0x13430...0x1343F, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE007F:
      true
    default: false
    }
  }
}
