import CXML2
import FoundationEssentials

/// Determines the encoding of an HTML page much as a browser does
/// (https://html.spec.whatwg.org/#determining-the-character-encoding): by a byte order mark, the transport, a `<meta>` in
/// the first 1024 bytes, in this order; UTF-8 by default.
enum HTMLEncoding {
  /// Calls `body` with the bytes prepared for libxml2 and the name of their encoding.
  ///
  /// Each broken UTF-8 sequence is replaced with U+FFFD, because libxml2 reads the rest of the page as Latin-1 after the
  /// first bad byte. NUL is removed, as browsers do, because libxml2 ends a text there.
  static func withPrepared<Result>(
    _ bytes: Data, charset: String?, _ body: (UnsafeRawBufferPointer, _ encoding: String) -> Result
  ) -> Result {
    if let other = encoding(of: bytes, charset: charset), other != "utf-8" {
      return bytes.withUnsafeBytes { body($0, other) }
    }
    var text = String(decoding: bytes, as: UTF8.self)
    if text.withUTF8({ $0.contains(0) || $0.starts(with: byteOrderMark) }) {
      text.unicodeScalars.removeAll { $0 == "\0" || $0 == "\u{FEFF}" }
    }
    return text.withUTF8 { body(UnsafeRawBufferPointer($0), "utf-8") }
  }

  private static func encoding(of bytes: Data, charset: String?) -> String? {
    if bytes.starts(with: byteOrderMark) { return "utf-8" }
    if bytes.starts(with: [0xFE, 0xFF]) { return "utf-16be" }
    if bytes.starts(with: [0xFF, 0xFE]) { return "utf-16le" }
    return charset.flatMap(known) ?? declared(in: bytes.prefix(1024)).flatMap(known)
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Returns the value of `charset=` in the first `<meta>` that has one.
  private static func declared(in head: Data) -> String? {
    for tag in head.split(separator: UInt8(ascii: "<")) {
      let tag = String(decoding: tag, as: UTF8.self).lowercased()
      guard tag.hasPrefix("meta"), let end = tag.firstIndex(of: ">") else { continue }
      let parts = tag[..<end].split(separator: "charset=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      let label = parts[1].drop { "\"' ".contains($0) }.prefix { $0.isLetter || $0.isNumber || "-_:.".contains($0) }
      if !label.isEmpty { return String(label) }
    }
    return nil
  }

  /// Returns libxml2's name for the encoding; nil if it does not know it. Latin-1 is read as windows-1252, which pages that
  /// declare it really use (https://encoding.spec.whatwg.org/#names-and-labels).
  private static func known(_ label: String) -> String? {
    let label = label.lowercased()
    switch label {
    case "utf-8", "utf8": return "utf-8"
    case "iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252": return "windows-1252"
    default:
      guard let handler = xmlFindCharEncodingHandler(label) else { return nil }
      xmlCharEncCloseFunc(handler)
      return label
    }
  }
}
