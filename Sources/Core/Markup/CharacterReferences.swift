import Glibc

/// Decodes character references such as `&eacute;`, `&#233;` and `&#xE9;` as browsers do.
/// Source: https://html.spec.whatwg.org/#character-reference-state
enum CharacterReferences {
  /// Appends text with its references decoded. A `&` that begins no reference stays.
  /// - Parameter isAttribute: true for the value of an attribute, where `&copy=1` is a part of an address.
  static func append(_ text: UnsafeBufferPointer<UInt8>, isAttribute: Bool, to result: inout [UInt8]) {
    guard let base = text.baseAddress else { return }
    var next = 0
    while let found = memchr(base + next, 0x26, text.count - next) {
      let ampersand = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      result.append(contentsOf: text[next..<ampersand])
      let after = UnsafeBufferPointer(rebasing: text[(ampersand + 1)...])
      let length =
        after.first == UInt8(ascii: "#")
        ? appendNumeric(after, to: &result) : appendNamed(after, isAttribute: isAttribute, to: &result)
      if length == 0 { result.append(UInt8(ascii: "&")) }
      next = ampersand + 1 + length
    }
    result.append(contentsOf: text[next...])
  }

  /// - Parameter text: the text after `&`, which begins with `#`.
  /// - Returns: the length of the reference without `&`; 0 if there is none.
  private static func appendNumeric(_ text: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]) -> Int {
    var index = 1
    let isHexadecimal = text.count > 1 && text[1] | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { index = 2 }
    let start = index
    var code: UInt32 = 0
    while index < text.count, let digit = digitValue(text[index]), isHexadecimal || digit < 10 {
      code = min(code * (isHexadecimal ? 16 : 10) + digit, 0x110000)
      index += 1
    }
    guard index > start else { return 0 }
    if index < text.count, text[index] == UInt8(ascii: ";") { index += 1 }
    appendScalar(code, to: &result)
    return index
  }

  private static func digitValue(_ byte: UInt8) -> UInt32? {
    if byte &- 0x30 < 10 { return UInt32(byte &- 0x30) }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? UInt32(letter) + 10 : nil
  }

  private static func appendScalar(_ code: UInt32, to result: inout [UInt8]) {
    var code = code
    // The numbers of windows-1252 are what old pages mean.
    if 0x80..<0xA0 ~= code { code = UInt32(windows1252[Int(code) - 0x80]) }
    let scalar = code == 0 ? "\u{FFFD}" : Unicode.Scalar(code) ?? "\u{FFFD}"
    result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private static let windows1252: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E,
    0x178,
  ]

  /// - Parameter text: the text after `&`.
  /// - Returns: the length of the name, with its semicolon if it has one; 0 if there is none.
  private static func appendNamed(
    _ text: UnsafeBufferPointer<UInt8>, isAttribute: Bool, to result: inout [UInt8]
  ) -> Int {
    var length = 0
    while length < min(text.count, maximumLength), isAlphanumeric(text[length]) { length += 1 }
    if length < text.count, text[length] == UInt8(ascii: ";"), let found = find(text[..<length]) {
      result.append(contentsOf: found.characters)
      return length + 1
    }
    // The longest name for which the semicolon may be missing.
    var short = min(length, maximumLegacyLength)
    while short >= 2 {
      if let found = find(text[..<short]), found.isLegacy {
        if isAttribute, short < text.count, text[short] == UInt8(ascii: "=") || isAlphanumeric(text[short]) { return 0 }
        result.append(contentsOf: found.characters)
        return short
      }
      short -= 1
    }
    return 0
  }

  private static let maximumLength = 32
  private static let maximumLegacyLength = 6

  private static func isAlphanumeric(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 }

  /// Searches the table of names, which is text in the order of its bytes, by bisection.
  private static func find(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> (
    characters: UnsafeBufferPointer<UInt8>, isLegacy: Bool
  )? {
    let table = UnsafeBufferPointer(start: names.utf8Start, count: names.utf8CodeUnitCount)
    let space = UInt8(ascii: " ")
    var low = 0
    var high = table.count
    while low < high {
      // The entry around the middle.
      var start = (low + high) / 2
      while start > low, table[start - 1] != space { start -= 1 }
      var index = start
      var order = 0
      for byte in name {
        order = Int(byte) - Int(table[index])
        if order != 0 { break }
        index += 1
      }
      // A longer name comes after the one that it begins with.
      if order == 0, isAlphanumeric(table[index]) { order = -1 }
      var end = index
      if order == 0 { end += 1 }
      while end < table.count, table[end] != space { end += 1 }
      if order == 0 {
        return (UnsafeBufferPointer(rebasing: table[(index + 1)..<end]), table[index] == UInt8(ascii: "="))
      }
      if order < 0 { high = start } else { low = end + 1 }
    }
    return nil
  }
}
