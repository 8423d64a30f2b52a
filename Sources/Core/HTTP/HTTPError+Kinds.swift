import CCurl
import Compression

extension HTTPError.Kind {
  init(_ code: CURLcode) {
    switch code {
    case CURLE_URL_MALFORMAT: self = .invalidURL
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR: self = .interrupted
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED:
      self = .tls
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: self = .connection
    default: self = .protocolViolation
    }
  }

  init(_ kind: CompressionError.Kind) {
    switch kind {
    case .truncated: self = .interrupted
    case .tooLarge: self = .tooLarge
    case .damaged, .unsupported, .library: self = .protocolViolation
    }
  }
}
