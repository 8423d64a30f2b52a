import Encodings

/// The text of a body in UTF-8.
struct CSVText {
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  let bytes: [UInt8]
  /// The place of the first byte behind a byte order mark.
  let start: Int
  let encoding: CSVEncoding
  /// True if the body has bytes that its encoding does not know. A U+FFFD stands for each.
  let hasBadBytes: Bool

  /// Decodes a body. A byte order mark is not data, and counts before what definition and response say of the encoding.
  /// - Parameters:
  ///   - named: the encoding that the definition names.
  ///   - charset: the encoding that the response's header names.
  /// - Throws: `EncodingError` for an encoding whose tables are missing on this machine.
  init(_ body: [UInt8], named: CSVEncoding?, charset: String?) throws(EncodingError) {
    if let mark = Self.mark(of: body) {
      encoding = .standard(mark)
      if mark == .utf8 {
        bytes = try mark.decode(body)
        start = 3
      } else {
        bytes = try mark.decode(Array(body.dropFirst(2)))
        start = 0
      }
    } else {
      encoding = named ?? charset.flatMap { CSVEncoding(charset: $0) } ?? .standard(.utf8)
      bytes = try Self.decode(body, encoding)
      // Other encodings may have a mark, too, such as gb18030.
      start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }
    // UTF-8 without a bad byte comes back as it is, where U+FFFD is data.
    hasBadBytes = encoding == .standard(.utf8) ? bytes != body : Self.holdsReplacement(bytes[...])
  }

  private static func mark(of body: [UInt8]) -> TextEncoding? {
    if body.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if body.starts(with: [0xFF, 0xFE]) { return .utf16LE }
    if body.starts(with: [0xFE, 0xFF]) { return .utf16BE }
    return nil
  }

  private static func decode(_ body: [UInt8], _ encoding: CSVEncoding) throws(EncodingError) -> [UInt8] {
    switch encoding {
    case .standard(let encoding): return try encoding.decode(body)
    case .utf16: return try TextEncoding.utf16LE.decode(body)
    case .latin1:
      var text: [UInt8] = []
      text.reserveCapacity(body.count + body.count / 8)
      for byte in body {
        if byte < 0x80 {
          text.append(byte)
        } else {
          text.append(0xC0 | byte >> 6)
          text.append(0x80 | byte & 0x3F)
        }
      }
      return text
    }
  }

  /// True if a part of the text has a U+FFFD.
  static func holdsReplacement(_ text: ArraySlice<UInt8>) -> Bool {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == replacement[0], text[index...].starts(with: replacement) { return true }
      index += 1
    }
    return false
  }
}
