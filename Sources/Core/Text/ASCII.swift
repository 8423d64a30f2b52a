/// Classes of ASCII characters, for code that reads UTF-8 bytes. Bytes above 0x7F belong to none of them.
extension UInt8 {
  /// `0–9`.
  @inlinable public var isASCIIDigit: Bool { self &- 0x30 < 10 }

  /// `A–Z a–z`.
  @inlinable public var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

  /// `A–Z a–z 0–9`.
  @inlinable public var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }

  /// The value of a hexadecimal digit in either case; nil for other characters.
  @inlinable public var hexadecimalDigitValue: UInt8? {
    if isASCIIDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
  }

  /// The lower-case letter for `A–Z`; every other byte unchanged.
  @inlinable public var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// A character that a URL never needs to escape (RFC 3986, 2.3): `A–Z a–z 0–9 - . _ ~`.
  @inlinable public var isURLUnreserved: Bool {
    switch self {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: isASCIIAlphanumeric
    }
  }

  /// A character of an HTTP `token`, such as a field's name (RFC 9110, 5.6.2).
  @inlinable public var isHTTPTokenCharacter: Bool {
    isASCIIAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(self)
  }

  /// Space or tab: the white space that HTTP and WARC allow around a field's value (RFC 9110, 5.6.3).
  @inlinable public var isHTTPSpace: Bool { self == 0x20 || self == 0x09 }
}
