import Text

/// A text that may be escaped as a whole, which reads one byte at a time.
struct EscapedText {
  enum Escape { case none, json, percent, html }

  private typealias Found = (byte: UInt8, end: Int)

  private let bytes: UnsafeBufferPointer<UInt8>
  private let outer: Escape

  /// - Parameter outer: the escape that is undone by every read.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ outer: Escape) {
    self.bytes = bytes
    self.outer = outer
  }

  /// Returns the byte at an index, and the index behind it; nil at the end.
  func byte(at index: Int) -> (byte: UInt8, end: Int)? {
    guard index < bytes.count else { return nil }
    let plain = (byte: bytes[index], end: index + 1)
    guard outer != .none else { return plain }
    return Self.escaped(plain, outer) { $0 < bytes.count ? (bytes[$0], $0 + 1) : nil } ?? plain
  }

  /// Returns the byte whose escape begins at an index, and the index behind it; nil if none begins there, or the escape of a
  /// character that is no ASCII.
  func escaped(at index: Int) -> (byte: UInt8, end: Int)? {
    guard let first = byte(at: index) else { return nil }
    let escape: Escape =
      switch first.byte {
      case UInt8(ascii: "%"): .percent
      case UInt8(ascii: "\\"): .json
      case UInt8(ascii: "&"): .html
      default: .none
      }
    return Self.escaped(first, escape, byte)
  }

  private static func escaped(_ first: Found, _ escape: Escape, _ next: (Int) -> Found?) -> Found? {
    switch escape {
    case .none: nil
    case .percent: first.byte == UInt8(ascii: "%") ? hexadecimal(2, first.end, next) : nil
    case .json: first.byte == UInt8(ascii: "\\") ? json(first.end, next) : nil
    case .html: first.byte == UInt8(ascii: "&") ? html(first.end, next) : nil
    }
  }

  /// Reads `/` or `u002F`, behind a backslash.
  private static func json(_ index: Int, _ next: (Int) -> Found?) -> Found? {
    guard let kind = next(index) else { return nil }
    if #"/"\"#.utf8.contains(kind.byte) { return kind }
    guard kind.byte == UInt8(ascii: "u"), let found = hexadecimal(4, kind.end, next) else { return nil }
    return found.byte < 0x80 ? found : nil
  }

  private static func hexadecimal(_ digits: Int, _ index: Int, _ next: (Int) -> Found?) -> Found? {
    var (value, end) = (0, index)
    for _ in 0..<digits {
      guard let found = next(end), let digit = found.byte.hexadecimalDigitValue else { return nil }
      value = value << 4 | Int(digit)
      end = found.end
    }
    return UInt8(exactly: value).map { ($0, end) }
  }

  /// Reads `amp;`, `#38;` or `#x26;`, behind an ampersand.
  private static func html(_ index: Int, _ next: (Int) -> Found?) -> Found? {
    guard let first = next(index) else { return nil }
    return first.byte == UInt8(ascii: "#") ? number(first.end, next) : name(index, next)
  }

  /// Reads `amp;`.
  private static func name(_ index: Int, _ next: (Int) -> Found?) -> Found? {
    // Up to four letters, one in each byte: a hostile page may have millions of names.
    var (letters, end): (UInt32, Int) = (0, index)
    for _ in 0..<5 {
      guard let found = next(end) else { return nil }
      end = found.end
      guard found.byte == UInt8(ascii: ";") else {
        letters = letters << 8 | UInt32(found.byte)
        continue
      }
      switch letters {
      case 0x61_6D70: return (UInt8(ascii: "&"), end)
      case 0x6C74: return (UInt8(ascii: "<"), end)
      case 0x6774: return (UInt8(ascii: ">"), end)
      case 0x7175_6F74: return (UInt8(ascii: "\""), end)
      case 0x6170_6F73: return (UInt8(ascii: "'"), end)
      default: return nil
      }
    }
    return nil
  }

  /// Reads `38;` or `x26;`, with up to seven digits.
  private static func number(_ index: Int, _ next: (Int) -> Found?) -> Found? {
    var (value, end) = (0, index)
    var base = 10
    if let mark = next(index), mark.byte | 0x20 == UInt8(ascii: "x") { (base, end) = (16, mark.end) }
    for place in 0..<8 {
      guard let found = next(end) else { return nil }
      end = found.end
      if found.byte == UInt8(ascii: ";") {
        return UInt8(exactly: value).flatMap { place > 0 && $0 < 0x80 ? ($0, end) : nil }
      }
      guard let digit = found.byte.hexadecimalDigitValue, digit < base else { return nil }
      value = value * base + Int(digit)
    }
    return nil
  }
}
