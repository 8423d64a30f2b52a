import Cryptography
import FoundationEssentials
import Time

/// A record of a WARC file (ISO 28500:2017, WARC/1.1):
/// https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
public struct WARCRecord: Equatable, Sendable {
  /// The value of `WARC-Type`. Other values than the constants are read and written as well.
  public struct Kind: RawRepresentable, Equatable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// A server's response.
    public static let response = Kind(rawValue: "response")
    /// A description of the file, at its beginning.
    public static let warcinfo = Kind(rawValue: "warcinfo")
  }

  public let kind: Kind
  /// A globally unique URI: `urn:uuid:…`.
  public let id: String
  /// The time at which the block was captured. Written with milliseconds.
  public let date: Date
  /// The URL of the captured resource.
  public let targetURI: String?
  /// The block's media type.
  public let contentType: String?
  /// The other named fields in their order, including the block's digest.
  public let fields: [WARCField]
  /// The content: for a response the HTTP message, with header and body.
  public let block: Data

  /// Creates a record. Inserts `WARC-Block-Digest` as the first field unless it is given.
  /// - Parameters:
  ///   - targetURI: stored as it is, even if it has non-ASCII characters.
  ///   - fields: must not include fields that other parameters set, nor `Content-Length`.
  /// - Throws: `malformed` for a name that is not a token, or text that would not be read back unchanged: control
  ///   characters, or white space around it (in a URI: anywhere).
  public init(
    _ kind: Kind, id: String, date: Date, targetURI: String? = nil, contentType: String? = nil,
    fields: [WARCField] = [], block: Data
  ) throws(WARCError) {
    var fields = fields
    if fields[FieldName.blockDigest] == nil {
      fields.insert(WARCField(FieldName.blockDigest, try Self.digest(of: block)), at: 0)
    }
    self.init(
      unchecked: kind, id: id, date: date, targetURI: targetURI, contentType: contentType, fields: fields, block: block)
    try check()
  }

  /// Creates a record that was read, without checks.
  init(
    unchecked kind: Kind, id: String, date: Date, targetURI: String?, contentType: String?, fields: [WARCField],
    block: Data
  ) {
    self.kind = kind
    self.id = id
    self.date = date
    self.targetURI = targetURI
    self.contentType = contentType
    self.fields = fields
    self.block = block
  }

  /// Returns an id for a new record: a random UUID (RFC 9562, version 4) as a URI.
  public static func newID(using random: inout some RandomNumberGenerator) -> String {
    let high = random.next() & ~0xF000 | 0x4000
    let low = random.next() & ~(0b11 << 62) | 0b10 << 62
    let bytes = [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    let uuid = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    return "urn:uuid:\(uuid.uuidString.lowercased())"
  }

  /// Returns `sha256:` and the digest in base 16, one of the encodings of RFC 4648 that the standard allows.
  static func digest(of bytes: Data) throws(WARCError) -> String {
    do {
      return "sha256:\(try Digest(of: bytes).hexadecimal)"
    } catch {
      throw WARCError(.library, "\(error)")
    }
  }

  private func check() throws(WARCError) {
    for value in [kind.rawValue, id, targetURI ?? "-"] {
      guard !value.isEmpty, value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
        throw WARCError(.malformed, "a type, an id or a URI is empty or has white space or control characters")
      }
    }
    guard !id.contains(">") else { throw WARCError(.malformed, "an id has the character '>'") }
    for field in fields + (contentType.map { [WARCField(FieldName.contentType, $0)] } ?? []) {
      guard HeaderText.isToken(field.name) else { throw WARCError(.malformed, "a field's name is not a token") }
      guard HeaderText.isPlain(field.value) else {
        throw WARCError(.malformed, "\(field.name) has control characters, or white space around it")
      }
    }
    guard !fields.contains(where: { field in FieldName.own.contains { field.isNamed($0) } }) else {
      throw WARCError(.malformed, "a field is one that the record writes itself")
    }
  }
}
