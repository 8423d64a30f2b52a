/// Bytes to and from a server, plain or through TLS.
protocol ByteStream: AnyObject {
  /// Sends all of the bytes.
  func send(_ bytes: [UInt8], _ patience: Patience) throws(RedisError)

  /// Waits for some bytes and returns how many came: 0 at the end of the stream.
  func receive(into buffer: UnsafeMutableRawBufferPointer, _ patience: Patience) throws(RedisError) -> Int

  /// Whether nothing has come unasked: no bytes, no end, no error.
  var isQuiet: Bool { get }
}
