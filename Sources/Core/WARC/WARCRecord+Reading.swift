import FoundationEssentials
import Time

extension WARCRecord {
  /// Parses an uncompressed record of WARC/1.1 or 1.0, the format that `serialized` writes. Checks the block's digest if it
  /// is SHA-256.
  /// - Throws: `malformed`; `damaged` if the block does not match its digest.
  public init(serialized bytes: Data) throws(WARCError) {
    let head = try HeaderBlock(bytes, of: "the record")
    guard head.startLine == "WARC/1.1" || head.startLine == "WARC/1.0" else {
      throw WARCError(.malformed, "the record does not begin with WARC/1.1 or WARC/1.0")
    }
    for name in FieldName.own + [FieldName.blockDigest] where head.fields.count(where: { $0.isNamed(name) }) > 1 {
      throw WARCError(.malformed, "the record has more than one \(name)")
    }
    let block = try Self.block(of: bytes, after: head)
    guard let kind = head.fields[FieldName.type], !kind.isEmpty else {
      throw WARCError(.malformed, "the record has no \(FieldName.type)")
    }
    guard let id = head.fields[FieldName.id], id.hasPrefix("<"), id.hasSuffix(">"), id.utf8.count > 2 else {
      throw WARCError(.malformed, "the record has no \(FieldName.id)")
    }
    guard let date = head.fields[FieldName.date].flatMap({ RFC3339.parse($0)?.date }) else {
      throw WARCError(.malformed, "the record has no \(FieldName.date) with seconds")
    }
    self.init(
      unchecked: Kind(rawValue: kind), id: String(id.dropFirst().dropLast()), date: date,
      targetURI: head.fields[FieldName.targetURI].map { head.startLine == "WARC/1.0" ? Self.withoutBrackets($0) : $0 },
      contentType: head.fields[FieldName.contentType],
      fields: head.fields.filter { field in !FieldName.own.contains { field.isNamed($0) } }, block: block)
    try checkDigest()
  }

  /// Returns the bytes that `Content-Length` counts. Two line ends must follow, and nothing else.
  private static func block(of bytes: Data, after head: HeaderBlock) throws(WARCError) -> Data {
    guard let text = head.fields[FieldName.contentLength], text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let length = Int(text)
    else { throw WARCError(.malformed, "the record has no \(FieldName.contentLength)") }
    guard length <= bytes.endIndex - head.end else {
      throw WARCError(.malformed, "the record is shorter than its \(FieldName.contentLength)")
    }
    let end = head.end + length
    // Both line ends must be of one kind: a length that is wrong by one would leave a mixture.
    let rest = bytes[end...]
    guard let ends = [Data("\r\n\r\n".utf8), Data("\n\n".utf8)].first(where: { rest.starts(with: $0) }) else {
      throw WARCError(.malformed, "the record's block is not followed by two line ends")
    }
    guard rest.count == ends.count else {
      throw WARCError(.malformed, "more than one record in a gzip member")
    }
    return Data(bytes[head.end..<end])
  }

  private func checkDigest() throws(WARCError) {
    guard let found = fields[FieldName.blockDigest], found.lowercased().hasPrefix("sha256:"), found.utf8.count == 71
    else { return }
    guard try Self.digest(of: block) == found.lowercased() else {
      throw WARCError(.damaged, "the block does not match its \(FieldName.blockDigest)")
    }
  }

  /// Removes `<` and `>` around the URI, which WARC/1.0 requires and not all of its writers add.
  private static func withoutBrackets(_ uri: String) -> String {
    uri.hasPrefix("<") && uri.hasSuffix(">") ? String(uri.dropFirst().dropLast()) : uri
  }
}
