import COpenSSL

/// Computes SHA-256 digests one after another. OpenSSL looks the algorithm up once, and not for each: for short messages
/// that takes longer than the digest.
public final class Digester {
  private let context: OpaquePointer

  public init() throws(CryptographyError) {
    guard let context = EVP_MD_CTX_new() else {
      throw CryptographyError(function: "EVP_MD_CTX_new", code: ERR_get_error())
    }
    self.context = context
    try Self.check(EVP_DigestInit_ex(context, EVP_sha256(), nil), "EVP_DigestInit_ex")
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Returns the 32 bytes of a message's digest.
  public func digest(of message: [UInt8]) throws(CryptographyError) -> [UInt8] {
    var (result, size) = ([UInt8](repeating: 0, count: 32), UInt32(0))
    // Without an algorithm the context keeps the one that it has.
    try Self.check(EVP_DigestInit_ex(context, nil, nil), "EVP_DigestInit_ex")
    try Self.check(EVP_DigestUpdate(context, message, message.count), "EVP_DigestUpdate")
    try Self.check(EVP_DigestFinal_ex(context, &result, &size), "EVP_DigestFinal_ex")
    return result
  }

  private static func check(_ result: Int32, _ function: String) throws(CryptographyError) {
    guard result == 1 else { throw CryptographyError(function: function, code: ERR_get_error()) }
  }
}
