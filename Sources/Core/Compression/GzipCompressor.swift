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
    try begin(content.count, effort)
    // With a buffer of this size, zlib finishes in one call.
    var member = Data(count: Int(deflateBound(stream, UInt(content.count))))
    let (code, count) = content.withUnsafeBytes { input in member.withUnsafeMutableBytes { finish(input, into: $0) } }
    try check(code, is: Z_STREAM_END, of: stream)
    // A copy of the right size: the buffer is larger than the whole content, and members are kept.
    return Data(member.prefix(count))
  }

  /// Compresses the content into one member, if that is smaller. The content is not copied, and of the memory for the
  /// member only what it fills is used.
  /// - Returns: nil for a content that does not get smaller.
  /// - Throws: as `member(of:)`.
  public func smallerMember(of content: [UInt8]) throws(CompressionError) -> [UInt8]? {
    guard content.count > 1 else { return nil }
    try begin(content.count, .standard)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count - 1, alignment: 1)
    defer { output.deallocate() }
    let (code, count) = content.withUnsafeBytes { finish($0, into: output) }
    // zlib says one or the other where the member does not fit.
    if code == Z_OK || code == Z_BUF_ERROR { return nil }
    try check(code, is: Z_STREAM_END, of: stream)
    return Array(output[..<count])
  }

  private func begin(_ count: Int, _ effort: Effort) throws(CompressionError) {
    guard count <= 1 << 30 else { throw CompressionError(.tooLarge, "\(count) bytes in one member") }
    try check(deflateReset(stream), of: stream)
    try check(deflateParams(stream, effort.rawValue, Z_DEFAULT_STRATEGY), of: stream)
  }

  /// Compresses the whole input.
  /// - Returns: zlib's code, and the bytes that were written.
  private func finish(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> (Int32, Int) {
    // zlib does not write to its input, although the pointer's type is mutable.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(output.count)
    let code = deflate(stream, Z_FINISH)
    let count = output.count - Int(stream.pointee.avail_out)
    forgetBuffers(of: stream)
    return (code, count)
  }
}
