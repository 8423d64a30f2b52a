import COpenSSL
import CPostgres

/// Keeps OpenSSL's session of a connection until its verification result has been read. libpq frees the session when the
/// handshake fails.
final class TLSHandshake {
  private let session: OpaquePointer

  /// Nil before the handshake has begun, and on a connection without TLS.
  init?(of connection: OpaquePointer) {
    guard let session = PQsslStruct(connection, "OpenSSL").map(OpaquePointer.init), SSL_up_ref(session) == 1 else {
      return nil
    }
    self.session = session
  }

  deinit { SSL_free(session) }

  /// OpenSSL's reason for refusing the server's certificate, such as `certificate has expired`. It quotes nothing of the
  /// certificate.
  var refusal: String? {
    let verdict = SSL_get_verify_result(session)
    return verdict == X509_V_OK ? nil : String(cString: X509_verify_cert_error_string(verdict))
  }
}
