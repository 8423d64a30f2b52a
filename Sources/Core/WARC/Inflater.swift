import CZlib
import FoundationEssentials

/// Decompresses gzip members (RFC 1952).
final class Inflater {
  /// zlib's state. On the heap, because zlib keeps its address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  init() throws(WARCError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    try check(inflate_open_gzip(stream), of: stream)
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Decompresses the member that begins at `start`.
  /// - Returns: its content, and the index after the member.
  /// - Throws: `notGzip`, `truncated`, `damaged`, or `tooLarge` as soon as the content exceeds `maximumBytes`.
  func member(
    of bytes: Data, from start: Data.Index, maximumBytes: Int
  ) throws(WARCError) -> (content: Data, end: Data.Index) {
    let signature: [UInt8] = [0x1F, 0x8B]
    guard bytes[start...].prefix(2).elementsEqual(signature.prefix(bytes.endIndex - start)) else {
      throw WARCError(.notGzip, "no gzip member begins here")
    }
    try check(inflateReset(stream), of: stream)
    var content = Data()
    var position = start
    while true {
      let step = inflateStep(bytes[position...])
      position += step.consumed
      guard content.count + step.produced <= maximumBytes else {
        throw WARCError(.tooLarge, "a record of more than \(maximumBytes) bytes")
      }
      content.append(contentsOf: buffer[..<step.produced])
      switch step.code {
      case Z_OK: continue
      case Z_STREAM_END: return (content, position)
      // No progress. There is always room for output, so the input is incomplete.
      case Z_BUF_ERROR: throw WARCError(.truncated, "the data end within the member")
      case Z_DATA_ERROR, Z_NEED_DICT: throw WARCError(.damaged, "zlib: \(zlibMessage(step.code, of: stream))")
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
