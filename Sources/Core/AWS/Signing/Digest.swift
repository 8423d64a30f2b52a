import COpenSSL
import FoundationEssentials

/// A SHA-256 digest, and the message authentication built on it; OpenSSL does the work.
struct Digest: Equatable {
  let bytes: [UInt8]

  /// The digest of a message.
  init(of message: Data) throws(AWSError) {
    bytes = try Self.check("EVP_Digest") { output, size in
      message.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, output, &size, EVP_sha256(), nil) == 1 }
    }
  }

  /// HMAC-SHA256 of a message (RFC 2104).
  init(authenticating message: String, key: [UInt8]) throws(AWSError) {
    let message = Array(message.utf8)
    bytes = try Self.check("HMAC") { output, size in
      HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, output, &size) != nil
    }
  }

  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  var base64: String { Data(bytes).base64EncodedString() }

  private static func check(
    _ function: String, _ call: (UnsafeMutablePointer<UInt8>, inout UInt32) -> Bool
  ) throws(AWSError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: 32)
    var size: UInt32 = 0
    let worked = output.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { call($0, &size) } ?? false
    }
    guard worked, size == 32 else {
      throw AWSError(.cryptography, function, "OpenSSL error \(ERR_get_error())")
    }
    return output
  }
}
