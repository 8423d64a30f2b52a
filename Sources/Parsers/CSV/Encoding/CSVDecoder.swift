import Encodings

/// Decodes a body, segment by segment, to UTF-8. A byte order mark is not data, and counts before what definition and
/// response say of the encoding.
struct CSVDecoder {
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  private let named: CSVEncoding?
  private let charset: String?
  /// Nil until the first bytes are there.
  private var known: CSVEncoding?
  /// Bytes of a character whose others have not come yet.
  private var held: [UInt8] = []
  private var hasBegun = false
  /// True if text that was returned has bad bytes.
  private(set) var isDoubtful = false

  /// - Parameters:
  ///   - named: the encoding that the definition names.
  ///   - charset: the encoding that the response's header names.
  init(named: CSVEncoding?, charset: String?) {
    self.named = named
    self.charset = charset
  }

  var encoding: CSVEncoding { known ?? .standard(.utf8) }
  var heldCount: Int { held.count }

  /// Returns the text of the next bytes. Text that is UTF-8 is returned as it is, bad bytes included.
  /// - Throws: `EncodingError` for an encoding whose tables are missing on this machine.
  mutating func decode(_ bytes: [UInt8], isLast: Bool) throws(EncodingError) -> [UInt8] {
    var bytes = bytes
    if !held.isEmpty {
      bytes = held + bytes
      held = []
    }
    if known == nil {
      guard bytes.count >= 4 || isLast else {
        held = bytes
        return []
      }
      bytes = begin(bytes)
    }
    let unit: TextEncoding? =
      switch encoding {
      case .standard(let encoding): encoding
      case .utf16: .utf16LE
      case .latin1: nil
      }
    if let unit, !isLast {
      let end = unit.wholePrefix(of: bytes)
      if end < bytes.count {
        held = Array(bytes[end...])
        bytes.removeLast(bytes.count - end)
      }
    }
    guard unit != .utf8 else {
      isDoubtful = !TextEncoding.isUTF8(bytes)
      return bytes
    }
    var text = try unit.map { (unit) throws(EncodingError) in try unit.decode(bytes) } ?? Self.latin1(bytes)
    // Other encodings may have a mark, too, such as gb18030.
    if !hasBegun, !text.isEmpty {
      hasBegun = true
      if text.starts(with: Self.mark) { text.removeFirst(3) }
    }
    isDoubtful = Self.holdsReplacement(text[...])
    return text
  }

  /// True if a row of text that was returned has bytes that its encoding does not know, or a U+FFFD in place of them.
  func isBad(_ row: ArraySlice<UInt8>) -> Bool {
    encoding == .standard(.utf8) ? !TextEncoding.isUTF8(row) : Self.holdsReplacement(row)
  }

  /// Finds the encoding by the first bytes.
  /// - Returns: the bytes without the mark.
  private mutating func begin(_ bytes: [UInt8]) -> [UInt8] {
    let marks: [([UInt8], TextEncoding)] = [(Self.mark, .utf8), ([0xFF, 0xFE], .utf16LE), ([0xFE, 0xFF], .utf16BE)]
    if let (mark, encoding) = marks.first(where: { bytes.starts(with: $0.0) }) {
      known = .standard(encoding)
      hasBegun = true
      return Array(bytes.dropFirst(mark.count))
    }
    known = named ?? charset.flatMap { CSVEncoding(charset: $0) } ?? .standard(.utf8)
    return bytes
  }

  private static func latin1(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + bytes.count / 8)
    for byte in bytes {
      if byte < 0x80 {
        text.append(byte)
      } else {
        text.append(0xC0 | byte >> 6)
        text.append(0x80 | byte & 0x3F)
      }
    }
    return text
  }

  private static func holdsReplacement(_ text: ArraySlice<UInt8>) -> Bool {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == replacement[0], text[index...].starts(with: replacement) { return true }
      index += 1
    }
    return false
  }
}
