import Encodings
import FoundationEssentials
import Glibc

/// Determines the encoding of a page as a browser does
/// (https://html.spec.whatwg.org/#determining-the-character-encoding): by a byte order mark, the transport, a declaration in
/// the first 1024 bytes, a declaration after them, in this order; UTF-8 by default.
enum HTMLEncoding {
  /// Returns the page in UTF-8 with NUL at its end and nowhere else: browsers leave out NUL, and texts of libxml2 end there.
  /// - Throws: `encoding` if this machine lacks the tables of the encoding.
  static func decode(_ page: Data, charset: String?) throws(MarkupError) -> [UInt8] {
    let (encoding, mark) = encoding(of: page, charset: charset)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(page.count + 1)
    bytes.append(contentsOf: page.dropFirst(mark))
    do throws(EncodingError) { bytes = try encoding.decode(bytes) } catch {
      throw MarkupError(.encoding, "\(error)")
    }
    if bytes.withUnsafeBytes({ $0.baseAddress.map { start in memchr(start, 0, bytes.count) != nil } ?? false }) {
      bytes.removeAll { $0 == 0 }
    }
    bytes.append(0)
    return bytes
  }

  /// Returns the encoding, and the length of the byte order mark.
  static func encoding(of page: Data, charset: String?) -> (TextEncoding, markLength: Int) {
    if page.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if page.starts(with: [0xFE, 0xFF]) { return (.utf16BE, 2) }
    if page.starts(with: [0xFF, 0xFE]) { return (.utf16LE, 2) }
    if let named = charset.flatMap({ TextEncoding(label: $0) }) { return (named, 0) }
    var prescan = HTMLPrescan(Array(page.prefix(1024)))
    if let declared = prescan.encoding() { return (declared, 0) }
    // A browser begins the page again when it meets a declaration later
    // (https://html.spec.whatwg.org/#change-the-encoding).
    guard page.count > 1024 else { return (.utf8, 0) }
    var scan = HTMLPrescan(Array(page), skipsTexts: true)
    return (scan.encoding() ?? .utf8, 0)
  }
}
