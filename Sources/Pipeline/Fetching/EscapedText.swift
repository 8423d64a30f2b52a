import Text

/// A text that may be escaped as a whole, which reads one byte at a time.
struct EscapedText {
  enum Escape { case none, json, percent, html }

  private typealias Found = (byte: UInt8, end: Int)

  private static let htmlNames: [(name: [UInt8], byte: UInt8)] = [
    ("amp", UInt8(ascii: "&")), ("lt", UInt8(ascii: "<")), ("gt", UInt8(ascii: ">")), ("quot", UInt8(ascii: "\"")),
    ("apos", UInt8(ascii: "'")),
  ].map { (Array($0.utf8), $1) }
  /// The longest name or number between `&` and `;`: `#x00002f`.
  private static let longestName = 8

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
    var name: [UInt8] = []
    var end = index
    while let found = next(end), name.count <= longestName {
      end = found.end
      guard found.byte == UInt8(ascii: ";") else {
        name.append(found.byte)
        continue
      }
      if let known = htmlNames.first(where: { $0.name == name }) { return (known.byte, end) }
      guard name.first == UInt8(ascii: "#") else { return nil }
      let digits = String(decoding: name.dropFirst(), as: UTF8.self)
      let isHexadecimal = digits.first == "x" || digits.first == "X"
      let value = UInt8(isHexadecimal ? String(digits.dropFirst()) : digits, radix: isHexadecimal ? 16 : 10)
      return value.flatMap { $0 < 0x80 ? ($0, end) : nil }
    }
    return nil
  }
}
