/// A record that cannot be made, or bytes that are not a WARC file as this module reads it.
public struct WARCError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The bytes end within a member.
    case truncated
    /// There is no gzip member where one should begin. WARC files without compression are not read.
    case notGzip
    /// The record has more bytes than the reader allows; no more than those were decompressed.
    case tooLarge
    /// The member holds something else than one record, or the record something else than what is asked of it. Also: a
    /// record that was asked for cannot be written.
    case malformed
    /// The bytes are not those that were written: of the compressed data, of their CRC, or of the record's digest.
    case damaged
    /// zlib or OpenSSL could not work: as a rule, for lack of memory.
    case library
  }

  public let kind: Kind
  /// Where the member begins, in bytes from the beginning of the data; nil where there is no file.
  public internal(set) var offset: Int?
  /// What is wrong. Shows nothing of what the record holds.
  public let detail: String

  init(_ kind: Kind, _ detail: String, at offset: Int? = nil) {
    self.kind = kind
    self.detail = detail
    self.offset = offset
  }

  public var description: String {
    offset.map { "\(kind.rawValue): the member at byte \($0): \(detail)" } ?? "\(kind.rawValue): \(detail)"
  }
}
