import COpenSSL

/// TLS over a socket. OpenSSL works on two memory buffers and never touches the socket. So only the socket waits, and no
/// write of OpenSSL can raise SIGPIPE.
final class TLSStream: ByteStream {
  private let socket: Socket
  private let session: OpaquePointer
  /// Bytes from and for the server. Owned by the session.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  /// Performs the handshake.
  init(over socket: Socket, to host: String, trusting context: TLSContext, _ limit: WaitLimit) throws(RedisError) {
    self.socket = socket
    session = try context.session(with: host)
    guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
      SSL_free(session)
      throw TLSContext.failure("TLS cannot be set up")
    }
    SSL_set_bio(session, incoming, outgoing)
    (self.incoming, self.outgoing) = (incoming, outgoing)
    do {
      _ = try perform("the TLS handshake failed", limit) { SSL_connect(session) }
    } catch  where SSL_get_verify_result(session) == X509_V_OK {
      throw error.hinting("does the port speak TLS (rediss://)?")
    }
  }

  deinit { SSL_free(session) }

  func send(_ bytes: [UInt8], _ limit: WaitLimit) throws(RedisError) {
    var sent = 0
    while sent < bytes.count {
      // In chunks, so that a long command is not copied as a whole.
      let count = Int32(min(bytes.count - sent, 1 << 18))
      sent += try perform("TLS broke", limit) {
        bytes.withUnsafeBytes { SSL_write(session, $0.baseAddress.map { $0 + sent }, count) }
      }
    }
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer, _ limit: WaitLimit) throws(RedisError) -> Int {
    try perform("TLS broke", limit) { SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count)) }
  }

  var isQuiet: Bool { SSL_pending(session) == 0 && socket.isQuiet }

  /// Calls OpenSSL until the step is complete, and moves its bytes to and from the socket.
  /// - Returns: the step's result; 0 if the server closed the session.
  private func perform(_ action: String, _ limit: WaitLimit, _ step: () -> Int32) throws(RedisError) -> Int {
    while true {
      ERR_clear_error()
      let result = step()
      let status = SSL_get_error(session, result)
      let isBroken = ![SSL_ERROR_NONE, SSL_ERROR_WANT_READ, SSL_ERROR_ZERO_RETURN].contains(status)
      let failure = isBroken ? explain(action) : nil
      do {
        try flush(limit)
      } catch {
        // After a failure OpenSSL wants to send an alert. If that fails too, the first error is the one to report.
        throw failure ?? error
      }
      if let failure { throw failure }
      if result > 0 { return Int(result) }
      if status == SSL_ERROR_ZERO_RETURN { return 0 }
      try fill(limit)
    }
  }

  /// Sends the bytes that OpenSSL has written.
  private func flush(_ limit: WaitLimit) throws(RedisError) {
    let count = BIO_ctrl_pending(outgoing)
    guard count > 0 else { return }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      length = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: count))))
    }
    try socket.send(bytes, limit)
  }

  /// Receives bytes for OpenSSL to read.
  private func fill(_ limit: WaitLimit) throws(RedisError) {
    try withUnsafeTemporaryAllocation(byteCount: 1 << 15, alignment: 16) { buffer throws(RedisError) in
      let count = try socket.receive(into: buffer, limit)
      guard count > 0 else { throw RedisError(.connection, detail: "the server closed the connection") }
      guard BIO_write(incoming, buffer.baseAddress, Int32(count)) == Int32(count) else {
        throw TLSContext.failure("out of memory for the server's bytes")
      }
    }
  }

  private func explain(_ action: String) -> RedisError {
    let verdict = SSL_get_verify_result(session)
    guard verdict == X509_V_OK else {
      ERR_clear_error()
      let reason = String(cString: X509_verify_cert_error_string(verdict))
      return RedisError(.tls, detail: "the server's certificate is refused: \(reason)")
    }
    return TLSContext.failure(action)
  }
}
