import CZlib

extension Inflater {
  /// Decompresses a stream whose length is known, such as a file in a ZIP archive.
  /// - Parameters:
  ///   - range: where the stream is in `bytes`, within their bounds.
  ///   - count: the length of the content, which is allocated at once: it is the caller's to limit.
  /// - Throws: `truncated`, `library`, or `damaged`, also for content of another length.
  public func content(ofStreamAt range: Range<Int>, in bytes: [UInt8], count: Int) throws(CompressionError) -> [UInt8] {
    try check(inflateReset(stream), of: stream)
    guard range.count <= UInt32.max, count < UInt32.max else {
      throw CompressionError(.tooLarge, "\(max(range.count, count)) bytes in one stream")
    }
    var code = Z_OK
    // One byte more: a longer content is noticed.
    let content = [UInt8](unsafeUninitializedCapacity: count + 1) { output, produced in
      bytes[range].withUnsafeBytes { input in
        // zlib does not write to its input, although the pointer's type is mutable.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        code = inflate(stream, Z_FINISH)
        produced = output.count - Int(stream.pointee.avail_out)
        forgetBuffers(of: stream)
      }
    }
    switch code {
    case Z_STREAM_END where content.count == count: return content
    case Z_STREAM_END: throw CompressionError(.damaged, "the content has \(content.count) bytes, and not \(count)")
    case Z_BUF_ERROR where content.count > count:
      throw CompressionError(.damaged, "the content has more than \(count) bytes")
    case Z_OK, Z_BUF_ERROR: throw CompressionError(.truncated, "the data end within a compressed stream")
    case Z_DATA_ERROR, Z_NEED_DICT:
      throw CompressionError(.damaged, "zlib: \(zlibMessage(code, of: stream))")
    default:
      try check(code, is: Z_STREAM_END, of: stream)
      return content
    }
  }
}

/// The checksum of gzip and ZIP files.
public enum CRC32 {
  /// Returns the checksum of bytes.
  public static func checksum(of bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
  }
}
