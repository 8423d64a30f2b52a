import COpenSSL

/// Whom TLS connections trust. Reading the authorities takes milliseconds, so that one context serves all connections.
final class TLSContext {
  private let context: OpaquePointer

  /// - Parameter authorities: a PEM file; nil for the system's authorities.
  init(authorities: String?) throws(RedisError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw Self.failure("TLS cannot be set up") }
    self.context = context
    try Self.check(Int32(SSL_CTX_require_tls12(context)), "TLS cannot be set up")
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    if let authorities {
      try Self.check(SSL_CTX_load_verify_file(context, authorities), "the authorities' file cannot be read")
    } else {
      try Self.check(SSL_CTX_set_default_verify_paths(context), "the system's authorities cannot be read")
    }
  }

  deinit { SSL_CTX_free(context) }

  /// A session, before its handshake, with a peer that must prove that it is `host`: a name or an address, which its
  /// certificate must hold as such (RFC 9525; an address is looked for only among the certificate's IP addresses).
  func session(with host: String) throws(RedisError) -> OpaquePointer {
    guard let session = SSL_new(context) else { throw Self.failure("TLS cannot be set up") }
    do {
      if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) != 1 {
        // No address, so a name: only then is it sent to the server (RFC 6066 allows no addresses there).
        SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        try Self.check(SSL_set1_host(session, host), "TLS cannot be set up")
        try Self.check(Int32(SSL_set_server_name(session, host)), "TLS cannot be set up")
      }
    } catch {
      SSL_free(session)
      throw error
    }
    return session
  }

  static func check(_ status: Int32, _ what: String) throws(RedisError) {
    guard status == 1 else { throw failure(what) }
  }

  /// Takes what OpenSSL has to say off its queue.
  static func failure(_ what: String) -> RedisError {
    let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) }
    ERR_clear_error()
    return RedisError(.tls, detail: reason.map { "\(what): \($0)" } ?? what)
  }
}
