import Contracts
import Encodings
import Processing

/// The text of an XML document in UTF-8.
enum XMLText {
  /// Decodes a document. Its encoding is, in this order: that of the definition, of a byte order mark, of the response's
  /// header, of the document's declaration, UTF-8 (RFC 7303). A declaration in ASCII that names UTF-16 is wrong, and is
  /// not believed.
  /// - Throws: `SourceChanged` for an encoding that is not known, and for bytes that it does not have; bytes that are not
  ///   UTF-8 are left to the parser, which knows their line. `ConfigurationInvalid` if the encoding's tables are missing.
  static func decode(_ body: RawBody, as named: TextEncoding?) throws(PipelineError) -> [UInt8] {
    let (marked, mark) = mark(of: body.bytes)
    let bytes = mark > 0 ? Array(body.bytes.dropFirst(mark)) : body.bytes
    let encoding: TextEncoding
    if let known = named ?? marked { encoding = known } else { encoding = try self.encoding(of: body) }
    guard encoding != .utf8 else { return bytes }
    let text: [UInt8]
    do {
      text = try encoding.decode(bytes)
    } catch {
      throw PipelineError(.configurationInvalid, "\(body.address) cannot be read: \(error)")
    }
    if text.firstIndex(of: [0xEF, 0xBF, 0xBD]) != nil {
      throw PipelineError(
        .sourceChanged,
        "\(body.address) has bytes that \(encoding.rawValue) does not have: name its encoding as parse.encoding")
    }
    return text
  }

  private static func mark(of bytes: [UInt8]) -> (TextEncoding?, length: Int) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BE, 2) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LE, 2) }
    // `<` in UTF-16 without a mark.
    if bytes.starts(with: [0, 0x3C]) { return (.utf16BE, 0) }
    if bytes.starts(with: [0x3C, 0]) { return (.utf16LE, 0) }
    return (nil, 0)
  }

  private static func encoding(of body: RawBody) throws(PipelineError) -> TextEncoding {
    let declared = declaration(of: body.bytes)
    guard let label = body.charset ?? declared else { return .utf8 }
    // A header with an unknown name is a mistake of the server; the document may know better.
    guard let encoding = TextEncoding(label: label) ?? declared.flatMap({ TextEncoding(label: $0) }),
      encoding != .replacement, encoding != .userDefined
    else {
      throw PipelineError(
        .sourceChanged,
        "\(body.address) names the encoding '\(label.prefix(40))', which is not known: name it as parse.encoding")
    }
    return encoding == .utf16LE || encoding == .utf16BE ? .utf8 : encoding
  }

  /// The encoding that the document's first line names: `<?xml version="1.0" encoding="…"?>`.
  private static func declaration(of bytes: [UInt8]) -> String? {
    guard bytes.starts(with: "<?xml".utf8) else { return nil }
    let head = bytes.prefix(200).prefix { $0 != UInt8(ascii: ">") }
    let text = String(decoding: head, as: UTF8.self)
    guard let name = text.firstRange(of: "encoding") else { return nil }
    let rest = text[name.upperBound...].drop { $0 == " " || $0 == "=" }
    guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
    return String(rest.dropFirst().prefix { $0 != quote })
  }
}

extension [UInt8] {
  fileprivate func firstIndex(of part: [UInt8]) -> Int? {
    guard count >= part.count else { return nil }
    return (0...count - part.count).first { start in
      self[start] == part[0] && part.indices.allSatisfy { self[start + $0] == part[$0] }
    }
  }
}
