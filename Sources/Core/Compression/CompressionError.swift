import CZlib

/// An error for data that cannot be compressed or decompressed.
public struct CompressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors, by which callers decide what to do.
  public enum Kind: String, Sendable {
    /// The data end within a stream.
    case truncated
    /// The data are not of the format, or their checksum is wrong.
    case damaged
    /// The content is longer than the caller allows. Decompression stopped at the limit.
    case tooLarge
    /// The content coding is one that this program does not decode.
    case unsupported
    /// zlib failed, usually because memory is exhausted.
    case library
  }

  public let kind: Kind
  /// The reason. Quotes nothing of the data.
  public let detail: String

  init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  public var description: String { "\(kind.rawValue): \(detail)" }
}

/// Throws `library` if zlib returned another code than expected. Codes that mean faulty data are handled by the caller.
func check(
  _ code: Int32, is expected: Int32 = Z_OK, of stream: UnsafeMutablePointer<z_stream>
) throws(CompressionError) {
  guard code == expected else { throw CompressionError(.library, "zlib: \(zlibMessage(code, of: stream))") }
}

func zlibMessage(_ code: Int32, of stream: UnsafeMutablePointer<z_stream>) -> String {
  stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
}

/// Clears the pointers to buffers that are valid only during a call.
func forgetBuffers(of stream: UnsafeMutablePointer<z_stream>) {
  stream.pointee.next_in = nil
  stream.pointee.avail_in = 0
  stream.pointee.next_out = nil
  stream.pointee.avail_out = 0
}
