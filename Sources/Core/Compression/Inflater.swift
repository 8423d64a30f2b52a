import CZlib
import FoundationEssentials

/// Decompresses streams of one format. It knows the end of a stream: data that end before it are an error, and data after
/// it are not read. It can be used many times, by one thread.
public final class Inflater {
  public enum Format: Sendable {
    /// A member of a gzip file, with its checksum and length (RFC 1952).
    case gzip
    /// A zlib stream, with its checksum (RFC 1950).
    case zlib
    /// A deflate stream without header and checksum (RFC 1951).
    case raw
  }

  /// zlib's state. On the heap, because zlib keeps its address.
  let stream: UnsafeMutablePointer<z_stream>
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// - Throws: `library`.
  public init(_ format: Format) throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code =
      switch format {
      case .gzip: inflate_open_gzip(stream)
      case .zlib: inflate_open_zlib(stream)
      case .raw: inflate_open_raw(stream)
      }
    try check(code, of: stream)
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Decompresses the stream that begins at `start`, and appends its content.
  /// - Parameter maximumBytes: the limit for the whole of `content`.
  /// - Returns: the index after the stream.
  /// - Throws: `truncated`, `damaged`, `library`, or `tooLarge` as soon as the content exceeds the limit.
  public func append(
    streamOf bytes: Data, from start: Data.Index, to content: inout Data, maximumBytes: Int
  ) throws(CompressionError) -> Data.Index {
    try check(inflateReset(stream), of: stream)
    var position = start
    while true {
      let step = inflateStep(bytes[position...])
      position += step.consumed
      guard content.count + step.produced <= maximumBytes else {
        throw CompressionError(.tooLarge, "more than \(maximumBytes) bytes after decompression")
      }
      content.append(contentsOf: buffer[..<step.produced])
      switch step.code {
      case Z_OK: continue
      case Z_STREAM_END: return position
      // No progress. There is always room for output, so the input is incomplete.
      case Z_BUF_ERROR: throw CompressionError(.truncated, "the data end within a compressed stream")
      case Z_DATA_ERROR, Z_NEED_DICT:
        throw CompressionError(.damaged, "zlib: \(zlibMessage(step.code, of: stream))")
      default: try check(step.code, of: stream)
      }
    }
  }

  /// Calls zlib once, which fills the buffer as far as possible.
  private func inflateStep(_ input: Data) -> (code: Int32, consumed: Int, produced: Int) {
    input.withUnsafeBytes { input in
      buffer.withUnsafeMutableBufferPointer { output in
        let given = UInt32(clamping: input.count)
        // zlib does not write to its input, although the pointer's type is mutable.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = given
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let code = inflate(stream, Z_NO_FLUSH)
        let step = (code, Int(given - stream.pointee.avail_in), output.count - Int(stream.pointee.avail_out))
        forgetBuffers(of: stream)
        return step
      }
    }
  }
}
