import COpenSSL

/// The authorities that TLS connections trust. Reading them takes milliseconds, so all connections share one context.
final class TLSContext {
  private let context: OpaquePointer

  /// - Parameter authorities: path of a PEM file; nil for the system's authorities.
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

  /// Creates a session, before its handshake. The server's certificate must be valid for `host`, a name or an IP address
  /// (RFC 9525; an address is compared only with the certificate's IP addresses).
  func session(with host: String) throws(RedisError) -> OpaquePointer {
    guard let session = SSL_new(context) else { throw Self.failure("TLS cannot be set up") }
    do {
      if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) != 1 {
        // `host` is a name, which is also sent to the server. RFC 6066 does not allow addresses there.
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

  static func check(_ status: Int32, _ problem: String) throws(RedisError) {
    guard status == 1 else { throw failure(problem) }
  }

  /// Creates an error from OpenSSL's error queue and clears the queue.
  static func failure(_ problem: String) -> RedisError {
    let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) }
    ERR_clear_error()
    return RedisError(.tls, detail: reason.map { "\(problem): \($0)" } ?? problem)
  }
}
