import Cryptography
import FoundationEssentials

extension Digest {
  /// Computes the digest of a message; a failure is an `AWSError`.
  init(digesting message: Data) throws(AWSError) {
    do { try self.init(of: message) } catch { throw AWSError(error) }
  }

  /// Computes an HMAC-SHA256; a failure is an `AWSError`.
  init(signing message: String, key: [UInt8]) throws(AWSError) {
    do { try self.init(authenticating: message, key: key) } catch { throw AWSError(error) }
  }
}

extension AWSError {
  fileprivate init(_ error: CryptographyError) {
    self.init(.cryptography, error.function, "OpenSSL error \(error.code)")
  }
}
