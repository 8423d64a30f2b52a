import Glibc

/// Measures the response that is being read. libpq collects a response in memory, without a limit of its own, and shows no
/// result before it is complete. The measure is taken between two reads of libpq, which reads on within one value for as
/// long as the server sends faster than it reads.
struct ResponseMeter {
  /// The maximum size of the response to a pipeline. A month of a large dataset has 6 MB. In memory libpq takes up to four
  /// times the bytes that the server sent, for rows of nulls, and a function has 256 MB.
  static let maximumBytes = 32 << 20

  /// The bytes that the connection had received before the response.
  private var start = 0

  /// Begins a response on the connection's socket.
  mutating func begin(on descriptor: Int32) { start = Self.receivedBytes(on: descriptor) }

  /// - Throws: `tooLarge`.
  func check(_ descriptor: Int32) throws(PostgresError) {
    guard Self.receivedBytes(on: descriptor) - start > Self.maximumBytes else { return }
    throw PostgresError(.tooLarge, "the server sent more than \(Self.maximumBytes >> 20) MB in one response")
  }

  /// The number of bytes that the other side has sent on a TCP connection, as the kernel counts them, with TLS's own. 0 for
  /// a Unix socket, for which the kernel does not count.
  private static func receivedBytes(on descriptor: Int32) -> Int {
    // glibc's `tcp_info` ends before this field of the kernel's: tcpi_bytes_received in linux/tcp.h, since Linux 4.1.
    let offset = 128
    return withUnsafeTemporaryAllocation(byteCount: offset + 8, alignment: 8) { info in
      var size = socklen_t(info.count)
      let status = getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, info.baseAddress, &size)
      return status == 0 && Int(size) == info.count ? info.load(fromByteOffset: offset, as: Int.self) : 0
    }
  }
}
