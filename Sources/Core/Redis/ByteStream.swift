/// A byte stream to a server, plain or over TLS.
protocol ByteStream: AnyObject {
  /// Sends all bytes.
  func send(_ bytes: [UInt8], _ limit: WaitLimit) throws(RedisError)

  /// Waits for bytes and returns the number of bytes received; 0 at the end of the stream.
  func receive(into buffer: UnsafeMutableRawBufferPointer, _ limit: WaitLimit) throws(RedisError) -> Int

  /// True if nothing unrequested has arrived: no bytes, no end of the stream, no error.
  var isQuiet: Bool { get }
}
