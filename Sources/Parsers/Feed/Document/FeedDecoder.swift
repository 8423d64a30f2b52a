import Contracts
import Encodings
import Processing
import XML

/// Decodes a feed to UTF-8. Feeds often name a wrong encoding, so what they name is compared with their bytes.
enum FeedDecoder {
  /// Returns the text. The encoding is, in this order: that of the definition, of a byte order mark, UTF-8 if the bytes are
  /// that and not only ASCII, of the response's header, of the document's declaration, UTF-8. Bytes that are not UTF-8,
  /// where it should be, are characters of windows-1252.
  /// - Throws: `ConfigurationInvalid` if the encoding's tables are missing on this machine.
  static func decode(_ body: RawBody, named: TextEncoding?) throws(PipelineError) -> [UInt8] {
    let (marked, length) = XMLEncoding.mark(of: body.bytes)
    let bytes = length > 0 ? Array(body.bytes.dropFirst(length)) : body.bytes
    let encoding = named ?? marked ?? declared(by: body, bytes)
    if encoding == .utf8 { return TextEncoding.decodeMixed(bytes) }
    do { return try encoding.decode(bytes) } catch {
      throw PipelineError(.configurationInvalid, "\(body.address) cannot be read: \(error)")
    }
  }

  private static func declared(by body: RawBody, _ bytes: [UInt8]) -> TextEncoding {
    let start = bytes.firstIndex { $0 > 0x20 } ?? 0
    let labels = [body.charset, XMLEncoding.declaration(of: Array(bytes[start...].prefix(XMLEncoding.beginning)))]
    let known = labels.compactMap { $0.flatMap { TextEncoding(label: $0) } }
    // A declaration in ASCII that names UTF-16 is wrong.
    let encoding = known.first { ![.replacement, .userDefined, .utf16LE, .utf16BE].contains($0) } ?? .utf8
    // Text of these is hardly ever UTF-8 by chance. Those of Asia can be, and ISO-2022-JP is ASCII.
    guard encoding.isSingleByte else { return encoding }
    return bytes.contains { $0 >= 0x80 } && TextEncoding.isUTF8(bytes) ? .utf8 : encoding
  }
}
