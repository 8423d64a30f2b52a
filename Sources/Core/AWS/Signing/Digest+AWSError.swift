import Cryptography
import FoundationEssentials

extension Digest {
  /// The digest of a message, its failure in this module's terms.
  init(digesting message: Data) throws(AWSError) {
    do { try self.init(of: message) } catch { throw AWSError(error) }
  }

  /// HMAC-SHA256, its failure in this module's terms.
  init(signing message: String, key: [UInt8]) throws(AWSError) {
    do { try self.init(authenticating: message, key: key) } catch { throw AWSError(error) }
  }
}

extension AWSError {
  fileprivate init(_ error: CryptographyError) {
    self.init(.cryptography, error.function, "OpenSSL error \(error.code)")
  }
}
