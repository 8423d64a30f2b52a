import Compression

/// An error for a record that cannot be created, or for bytes that are not a WARC file that this module reads.
public struct WARCError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors, by which callers decide what to do.
  public enum Kind: String, Sendable {
    /// The bytes end within a member.
    case truncated
    /// No gzip member begins where one is expected. Uncompressed WARC files are not supported.
    case notGzip
    /// The record is larger than the reader allows. Decompression stopped at the limit.
    case tooLarge
    /// The member does not contain exactly one record, or the record does not contain what the caller requested, or the
    /// caller's record cannot be written.
    case malformed
    /// The bytes are not those that were written: the compressed data, their CRC or the record's digest is wrong.
    case damaged
    /// zlib or OpenSSL failed, usually because memory is exhausted.
    case library
  }

  public let kind: Kind
  /// The offset of the gzip member in bytes from the beginning of the data; nil if the error is not about a file.
  public internal(set) var offset: Int?
  /// The reason. Quotes nothing of the record.
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

extension WARCError {
  /// An error of the gzip member that holds a record, or of the content coding of a recorded body.
  public init(_ error: CompressionError) {
    let kind: Kind =
      switch error.kind {
      case .truncated: .truncated
      case .damaged: .damaged
      case .tooLarge: .tooLarge
      case .unsupported, .library: .library
      }
    self.init(kind, error.detail)
  }
}
