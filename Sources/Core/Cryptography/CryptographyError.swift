/// A failure of OpenSSL: no memory, or an algorithm that the machine's policy forbids.
public struct CryptographyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The OpenSSL function that failed.
  public let function: String
  /// The error code, for `openssl errstr`.
  public let code: UInt

  public var description: String { "\(function): OpenSSL error \(code)" }
}
