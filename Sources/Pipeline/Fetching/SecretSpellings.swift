import Text

/// Finds a secret in a text in the spellings that a source may use when it repeats the secret: as it is, percent-
/// encoded in part or as a whole, with digits of either case or `+` for a space, and with the escapes of JSON, such as
/// `\/`, and of HTML, such as `&amp;`.
struct SecretSpellings {
  private let secret: [UInt8]
  /// True for a byte with which a spelling may begin.
  private let isStart: [Bool]

  /// - Parameter secret: the value as it is; not empty.
  init(_ secret: String) {
    self.secret = Array(secret.utf8)
    let starts = [self.secret[0]] + Array("%\\+&".utf8)
    isStart = (0...255).map { starts.contains(UInt8($0)) }
  }

  /// Returns the bytes with every spelling of the secret replaced; nil if there is none.
  func replacing(in bytes: [UInt8], with mark: String) -> [UInt8]? {
    var result: [UInt8] = []
    var (index, kept) = (0, 0)
    while index < bytes.count {
      guard isStart[Int(bytes[index])], let end = plainEnd(in: bytes, from: index) ?? end(in: bytes, from: index)
      else {
        index += 1
        continue
      }
      result += bytes[kept..<index] + Array(mark.utf8)
      (index, kept) = (end, end)
    }
    return kept == 0 ? nil : result + bytes[kept...]
  }

  private func plainEnd(in bytes: [UInt8], from start: Int) -> Int? {
    bytes[start...].starts(with: secret) ? start + secret.count : nil
  }

  /// Returns the end of the spelling that begins at an index; nil if none begins there.
  private func end(in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    for byte in secret {
      guard index < bytes.count else { return nil }
      if PercentEncoding.escapedByte(in: bytes, at: index) == byte {
        index += 3
      } else if let length = Self.jsonEscape(of: byte, in: bytes, at: index) {
        index += length
      } else if let length = Self.htmlEscape(of: byte, in: bytes, at: index) {
        index += length
      } else if bytes[index] == byte || (byte == UInt8(ascii: " ") && bytes[index] == UInt8(ascii: "+")) {
        index += 1
      } else {
        return nil
      }
    }
    return index
  }

  /// Returns the length of JSON's escape of a byte, `\/` or `\u002F`; nil if it is not at the index.
  private static func jsonEscape(of byte: UInt8, in bytes: [UInt8], at index: Int) -> Int? {
    guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else { return nil }
    if bytes[index + 1] == byte, #"/"\"#.utf8.contains(byte) { return 2 }
    guard bytes[index + 1] == UInt8(ascii: "u"), index + 5 < bytes.count, byte < 0x80 else { return nil }
    let digits = bytes[index + 2...index + 5].map(\.hexadecimalDigitValue)
    return digits == [0, 0, byte >> 4, byte & 15] ? 6 : nil
  }

  /// Returns the length of HTML's escape of a byte, `&amp;`; nil if it is not at the index.
  private static func htmlEscape(of byte: UInt8, in bytes: [UInt8], at index: Int) -> Int? {
    guard bytes[index] == UInt8(ascii: "&") else { return nil }
    let names: [String] =
      switch byte {
      case UInt8(ascii: "&"): ["&amp;"]
      case UInt8(ascii: "<"): ["&lt;"]
      case UInt8(ascii: ">"): ["&gt;"]
      case UInt8(ascii: "\""): ["&quot;", "&#34;"]
      case UInt8(ascii: "'"): ["&apos;", "&#39;", "&#039;"]
      default: []
      }
    return names.first { bytes[index...].starts(with: $0.utf8) }?.utf8.count
  }
}
