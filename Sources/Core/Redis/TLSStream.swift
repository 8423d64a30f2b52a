import COpenSSL

/// TLS over a socket. OpenSSL works on two buffers in memory and never touches the socket: so the socket alone knows of
/// waiting, and no write of OpenSSL can raise SIGPIPE.
final class TLSStream: ByteStream {
  private let socket: Socket
  private let session: OpaquePointer
  /// Owned by the session: what came from the peer, and what is to go to it.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  /// Does the handshake.
  init(over socket: Socket, to host: String, trusting context: TLSContext, _ patience: Patience) throws(RedisError) {
    self.socket = socket
    session = try context.session(with: host)
    guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
      SSL_free(session)
      throw TLSContext.failure("TLS cannot be set up")
    }
    SSL_set_bio(session, incoming, outgoing)
    (self.incoming, self.outgoing) = (incoming, outgoing)
    do {
      _ = try perform("the TLS handshake failed", patience) { SSL_connect(session) }
    } catch  where SSL_get_verify_result(session) == X509_V_OK {
      throw error.hinting("does the port speak TLS (rediss://)?")
    }
  }

  deinit { SSL_free(session) }

  func send(_ bytes: [UInt8], _ patience: Patience) throws(RedisError) {
    var sent = 0
    while sent < bytes.count {
      // In pieces, so that a long command is not held in memory a second time.
      let count = Int32(min(bytes.count - sent, 1 << 18))
      sent += try perform("TLS broke", patience) {
        bytes.withUnsafeBytes { SSL_write(session, $0.baseAddress.map { $0 + sent }, count) }
      }
    }
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer, _ patience: Patience) throws(RedisError) -> Int {
    try perform("TLS broke", patience) { SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count)) }
  }

  var isQuiet: Bool { SSL_pending(session) == 0 && socket.isQuiet }

  /// Calls OpenSSL until it is done, and carries its bytes to and from the socket meanwhile.
  /// - Returns: what OpenSSL returned, or 0 when the peer closed the session.
  private func perform(_ what: String, _ patience: Patience, _ step: () -> Int32) throws(RedisError) -> Int {
    while true {
      ERR_clear_error()
      let result = step()
      let status = SSL_get_error(session, result)
      let isBroken = ![SSL_ERROR_NONE, SSL_ERROR_WANT_READ, SSL_ERROR_ZERO_RETURN].contains(status)
      let failure = isBroken ? explain(what) : nil
      do {
        try flush(patience)
      } catch {
        // Even a failure leaves bytes to send, the alert; that they cannot be sent is not the news.
        throw failure ?? error
      }
      if let failure { throw failure }
      if result > 0 { return Int(result) }
      if status == SSL_ERROR_ZERO_RETURN { return 0 }
      try fill(patience)
    }
  }

  /// Sends what OpenSSL has written.
  private func flush(_ patience: Patience) throws(RedisError) {
    let count = BIO_ctrl_pending(outgoing)
    guard count > 0 else { return }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      length = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: count))))
    }
    try socket.send(bytes, patience)
  }

  /// Receives what OpenSSL is to read.
  private func fill(_ patience: Patience) throws(RedisError) {
    try withUnsafeTemporaryAllocation(byteCount: 1 << 15, alignment: 16) { buffer throws(RedisError) in
      let count = try socket.receive(into: buffer, patience)
      guard count > 0 else { throw RedisError(.connection, detail: "the server closed the connection") }
      guard BIO_write(incoming, buffer.baseAddress, Int32(count)) == Int32(count) else {
        throw TLSContext.failure("there is no memory for what the server sent")
      }
    }
  }

  private func explain(_ what: String) -> RedisError {
    let verdict = SSL_get_verify_result(session)
    guard verdict == X509_V_OK else {
      ERR_clear_error()
      let reason = String(cString: X509_verify_cert_error_string(verdict))
      return RedisError(.tls, detail: "the server's certificate is refused: \(reason)")
    }
    return TLSContext.failure(what)
  }
}
