/// A checksum that keeps shortened names apart. Nothing depends on its strength.
enum KeyChecksum {
  /// Characters of a checksum, at most.
  static let length = 13

  /// FNV-1a of 64 bits, in digits and small letters.
  static func of(_ text: String) -> String {
    let sum = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return String(sum, radix: 36)
  }

  /// Returns a text with `-` in place of what may not be in a key.
  static func cleaned(_ text: some StringProtocol) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isInKeyAlphabet ? $0 : "-" }))
  }
}
