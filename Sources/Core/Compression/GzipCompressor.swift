import CZlib
import FoundationEssentials

/// Compresses data into gzip members (RFC 1952) without name and time. It can be used many times, by one thread.
public final class GzipCompressor {
  /// The effort for one member.
  public enum Effort: Int32, Sendable {
    /// The content is compressed already: it is stored as it is, with its checksum.
    case none = 0
    /// zlib's default.
    case standard = 6
  }

  /// zlib's state. On the heap, because zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>

  /// - Throws: `library`.
  public init() throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    try check(deflate_open_gzip(stream), of: stream)
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses the content into one member. The same content gives the same bytes with the same version of zlib.
  /// - Throws: `tooLarge` for more than 1 GiB, because zlib counts in 32 bits; `library`.
  public func member(of content: Data, effort: Effort = .standard) throws(CompressionError) -> Data {
    guard content.count <= 1 << 30 else { throw CompressionError(.tooLarge, "\(content.count) bytes in one member") }
    try check(deflateReset(stream), of: stream)
    try check(deflateParams(stream, effort.rawValue, Z_DEFAULT_STRATEGY), of: stream)
    // With a buffer of this size, zlib finishes in one call.
    var member = Data(count: Int(deflateBound(stream, UInt(content.count))))
    let code = content.withUnsafeBytes { input in
      member.withUnsafeMutableBytes { output in
        // zlib does not write to its input, although the pointer's type is mutable.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        return deflate(stream, Z_FINISH)
      }
    }
    let unused = Int(stream.pointee.avail_out)
    forgetBuffers(of: stream)
    try check(code, is: Z_STREAM_END, of: stream)
    // A copy of the right size: the buffer is larger than the whole content, and members are kept.
    return Data(member.dropLast(unused))
  }
}
