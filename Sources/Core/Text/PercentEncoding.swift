/// Percent-encoding of URLs (RFC 3986, 2.1), byte by byte, with upper-case hexadecimal digits.
public enum PercentEncoding {
  /// Escapes everything but `A–Z a–z 0–9 - . _ ~`.
  ///
  /// This is also AWS's encoding:
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
  /// - Parameter kept: further ASCII characters that are left as they are, such as `/` in a path.
  @inlinable public static func encode(_ text: some StringProtocol, keeping kept: String = "") -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if byte.isURLUnreserved || kept.utf8.contains(byte) {
        encoded.append(byte)
      } else {
        append(byte, to: &encoded)
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// Appends the escape of one byte: `%2F`.
  public static func append(_ byte: UInt8, to encoded: inout [UInt8]) {
    encoded.append(UInt8(ascii: "%"))
    encoded.append(hexadecimalDigit(byte >> 4))
    encoded.append(hexadecimalDigit(byte & 15))
  }

  /// Resolves the escapes. A `%` without two hexadecimal digits behind it stands for itself; bytes that are not UTF-8
  /// become U+FFFD.
  @inlinable public static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let byte = escapedByte(in: bytes, at: index) {
        decoded.append(byte)
        index += 3
      } else {
        decoded.append(plusIsSpace && bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  /// Resolves the escapes of a text that must be well formed.
  /// - Returns: nil if a `%` is not followed by two hexadecimal digits, or if the bytes are not UTF-8.
  @inlinable public static func decodeStrictly(_ text: some StringProtocol) -> String? {
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let byte = escapedByte(in: bytes, at: index) {
        decoded.append(byte)
        index += 3
      } else {
        guard bytes[index] != UInt8(ascii: "%") else { return nil }
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }

  /// Returns the byte behind the escape that begins at an index; nil if none begins there.
  @inlinable public static func escapedByte(in bytes: [UInt8], at index: Int) -> UInt8? {
    guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
      let high = bytes[index + 1].hexadecimalDigitValue, let low = bytes[index + 2].hexadecimalDigitValue
    else { return nil }
    return high << 4 | low
  }

  static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") - 10 + value
  }
}
