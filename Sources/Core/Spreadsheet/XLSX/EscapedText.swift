/// Characters that XML cannot have are written as `_x000D_` in workbooks, and `_x005F_` is an underscore.
enum EscapedText {
  private static let length = 7

  /// Decodes escapes in the bytes from a place on.
  static func decode(_ text: inout [UInt8], from start: Int) {
    guard let first = text[start...].firstIndex(of: UInt8(ascii: "_")) else { return }
    var (read, write) = (first, first)
    while read < text.count {
      if let scalar = scalar(at: read, in: text) {
        for byte in Character(scalar).utf8 {
          text[write] = byte
          write += 1
        }
        read += length
      } else {
        text[write] = text[read]
        (read, write) = (read + 1, write + 1)
      }
    }
    text.removeSubrange(write...)
  }

  /// Returns the character of an escape that begins at a place; nil if there is none, or it is half of a pair.
  private static func scalar(at place: Int, in text: [UInt8]) -> Unicode.Scalar? {
    guard text[place] == UInt8(ascii: "_"), text.byte(at: place + 1) == UInt8(ascii: "x"),
      text.byte(at: place + length - 1) == UInt8(ascii: "_")
    else { return nil }
    var number: UInt32 = 0
    for byte in text[place + 2..<place + length - 1] {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: return nil
      }
      number = number << 4 | UInt32(digit)
    }
    return Unicode.Scalar(number)
  }
}
