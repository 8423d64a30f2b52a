import COpenSSL
import FoundationEssentials

/// A SHA-256 digest or HMAC-SHA256, computed by OpenSSL.
public struct Digest: Equatable, Sendable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Computes the SHA-256 of a message, which is not copied.
  public init(of message: some ContiguousBytes) throws(CryptographyError) {
    bytes = try Self.check("EVP_Digest") { output, size in
      message.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, output, &size, EVP_sha256(), nil) == 1 }
    }
  }

  /// Computes the HMAC-SHA256 of a message (RFC 2104).
  public init(authenticating message: String, key: [UInt8]) throws(CryptographyError) {
    let message = Array(message.utf8)
    bytes = try Self.check("HMAC") { output, size in
      HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, output, &size) != nil
    }
  }

  /// 64 hexadecimal digits in lower case.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  public var base64: String { Data(bytes).base64EncodedString() }

  private static func check(
    _ function: String, _ call: (UnsafeMutablePointer<UInt8>, inout UInt32) -> Bool
  ) throws(CryptographyError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: 32)
    var size: UInt32 = 0
    let worked = output.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { call($0, &size) } ?? false
    }
    guard worked, size == 32 else {
      throw CryptographyError(function: function, code: ERR_get_error())
    }
    return output
  }
}
