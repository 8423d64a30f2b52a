import CZlib
import FoundationEssentials

/// Compresses data into gzip members (RFC 1952) without name and time.
final class Deflater {
  /// zlib's state. On the heap, because zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(WARCError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    try check(deflate_open_gzip(stream, Z_DEFAULT_COMPRESSION), of: stream)
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses the content into one member.
  /// - Throws: `tooLarge` for more than 1 GiB, because zlib counts in 32 bits.
  func member(of content: Data) throws(WARCError) -> Data {
    guard content.count <= 1 << 30 else { throw WARCError(.tooLarge, "\(content.count) bytes in one record") }
    try check(deflateReset(stream), of: stream)
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
    member.removeLast(unused)
    return member
  }
}

/// Throws `library` if zlib returned another code than expected. Codes that mean faulty data are handled by the caller.
func check(
  _ code: Int32, is expected: Int32 = Z_OK, of stream: UnsafeMutablePointer<z_stream>
) throws(WARCError) {
  guard code == expected else { throw WARCError(.library, "zlib: \(zlibMessage(code, of: stream))") }
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
