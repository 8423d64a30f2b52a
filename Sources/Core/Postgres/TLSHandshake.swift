import COpenSSL
import CPostgres

/// Keeps OpenSSL's side of a connection's handshake, which libpq frees when it fails, until its verdict has been read.
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

  /// Why the server's certificate was refused, in OpenSSL's words, which quote nothing of it: `certificate has expired`.
  var refusal: String? {
    let verdict = SSL_get_verify_result(session)
    return verdict == X509_V_OK ? nil : String(cString: X509_verify_cert_error_string(verdict))
  }
}
