import Encodings

/// The encoding of an XML document, by its first bytes.
public enum XMLEncoding {
  /// Bytes in which a declaration is looked for.
  public static let beginning = 200

  /// Returns the encoding of a byte order mark, or of `<` in UTF-16 without one, and the mark's length; nil if there is
  /// neither.
  public static func mark(of bytes: [UInt8]) -> (TextEncoding?, length: Int) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BE, 2) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LE, 2) }
    if bytes.starts(with: [0, 0x3C]) { return (.utf16BE, 0) }
    if bytes.starts(with: [0x3C, 0]) { return (.utf16LE, 0) }
    return (nil, 0)
  }

  /// Returns the encoding's name in the document's first line, `<?xml version="1.0" encoding="…"?>`; nil if it has none.
  public static func declaration(of bytes: [UInt8]) -> String? {
    guard bytes.starts(with: "<?xml".utf8) else { return nil }
    let head = bytes.prefix(beginning).prefix { $0 != UInt8(ascii: ">") }
    let text = String(decoding: head, as: UTF8.self)
    guard let name = text.firstRange(of: "encoding") else { return nil }
    let rest = text[name.upperBound...].drop { $0 == " " || $0 == "=" }
    guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
    return String(rest.dropFirst().prefix { $0 != quote })
  }
}
