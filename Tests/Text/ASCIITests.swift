import Testing
import Text

@Suite("ASCII")
struct ASCIITests {
  private static let all = UInt8.min...UInt8.max

  @Test("The classes hold exactly their characters", arguments: all)
  func classes(byte: UInt8) {
    let scalar = Unicode.Scalar(byte)
    #expect(byte.isASCIIDigit == ("0"..."9").contains(scalar))
    #expect(byte.isASCIILetter == (("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)))
    #expect(byte.isASCIIAlphanumeric == (byte.isASCIIDigit || byte.isASCIILetter))
    #expect(byte.isURLUnreserved == (byte.isASCIIAlphanumeric || "-._~".unicodeScalars.contains(scalar)))
    let isToken = byte.isASCIIAlphanumeric || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar)
    #expect(byte.isHTTPTokenCharacter == isToken)
    #expect(byte.isHTTPSpace == (scalar == " " || scalar == "\t"))
    let digit = byte < 0x80 ? Character(scalar).hexDigitValue : nil
    #expect(byte.hexadecimalDigitValue == digit.map(UInt8.init))
    #expect(byte.asciiLowercased == (("A"..."Z").contains(scalar) ? byte + 32 : byte))
  }

  @Test(
    "Only ASCII letters compare without regard to case",
    arguments: [
      ("Content-Type", "content-TYPE", true), ("", "", true), ("a", "ab", false), ("@", "`", false), ("[", "{", false),
      ("É", "é", false), ("K", "\u{212A}", false), ("x\u{301}", "X\u{301}", true),
    ])
  func equality(left: String, right: String, isEqual: Bool) {
    #expect(left.equalsIgnoringASCIICase(right) == isEqual)
    #expect(right.equalsIgnoringASCIICase(left) == isEqual)
  }

  @Test(
    "A number of digits has no sign and no space",
    arguments: [
      ("0", 0), ("007", 7), ("9223372036854775807", .max), ("9223372036854775808", nil), ("", nil), ("+1", nil),
      ("-1", nil), (" 1", nil), ("1 ", nil), ("٣", nil), ("1.0", nil),
    ] as [(String, Int?)])
  func digits(text: String, number: Int?) {
    #expect(Int(digits: text) == number)
    #expect(Int(digits: text[...]) == number)
  }
}
