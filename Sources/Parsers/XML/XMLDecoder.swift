import Contracts
import Encodings
import Processing
import XML

/// Decodes an XML document, segment by segment, to UTF-8. Its encoding is, in this order: that of the definition, of a byte
/// order mark, of the response's header, of the document's declaration, UTF-8 (RFC 7303). A declaration in ASCII that names
/// UTF-16 is wrong, and is not believed.
struct XMLDecoder {
  /// The body, of which the bytes are those at its beginning.
  private var head: RawBody
  private let named: TextEncoding?
  /// Nil until the beginning is there.
  private var encoding: TextEncoding?
  /// Bytes that have not been decoded, because others have not come yet.
  private var held: [UInt8] = []

  init(_ head: RawBody, named: TextEncoding?) {
    self.head = head
    self.named = named
  }

  /// Returns the text of the next bytes.
  /// - Throws: `SourceChanged` for an encoding that is not known, and for bytes that it does not have; bytes that are not
  ///   UTF-8 are left to the parser, which knows their line. `ConfigurationInvalid` if the encoding's tables are missing.
  mutating func decode(_ bytes: [UInt8], isLast: Bool) throws(PipelineError) -> [UInt8] {
    var bytes = bytes
    if !held.isEmpty {
      bytes = held + bytes
      held = []
    }
    if encoding == nil {
      guard bytes.count >= XMLEncoding.beginning || isLast else {
        held = bytes
        return []
      }
      bytes = try begin(bytes)
    }
    let encoding = encoding ?? .utf8
    if !isLast {
      let end = encoding.wholePrefix(of: bytes)
      held = Array(bytes[end...])
      bytes.removeLast(bytes.count - end)
      guard held.count <= head.limit.bytes else {
        throw PipelineError(
          .sourceChanged, "\(head.address) \(head.limit.refusal(of: head.limit.bytes)), and no line of it ends before")
      }
    }
    guard encoding != .utf8 else { return bytes }
    let text: [UInt8]
    do { text = try encoding.decode(bytes) } catch {
      throw PipelineError(.configurationInvalid, "\(head.address) cannot be read: \(error)")
    }
    if text.firstIndex(of: [0xEF, 0xBF, 0xBD]) != nil {
      throw PipelineError(
        .sourceChanged,
        "\(head.address) has bytes that \(encoding.rawValue) does not have: name its encoding as parse.encoding")
    }
    return text
  }

  /// Finds the encoding by the first bytes.
  /// - Returns: the bytes without a byte order mark.
  private mutating func begin(_ bytes: [UInt8]) throws(PipelineError) -> [UInt8] {
    head.bytes = Array(bytes.prefix(XMLEncoding.beginning))
    let (marked, mark) = XMLEncoding.mark(of: head.bytes)
    if let known = named ?? marked { encoding = known } else { encoding = try Self.encoding(of: head) }
    return mark > 0 ? Array(bytes.dropFirst(mark)) : bytes
  }

  private static func encoding(of body: RawBody) throws(PipelineError) -> TextEncoding {
    let declared = XMLEncoding.declaration(of: body.bytes)
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
}

extension [UInt8] {
  fileprivate func firstIndex(of part: [UInt8]) -> Int? {
    guard count >= part.count else { return nil }
    return (0...count - part.count).first { start in
      self[start] == part[0] && part.indices.allSatisfy { self[start + $0] == part[$0] }
    }
  }
}
