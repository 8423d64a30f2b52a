/// OpenSSL refused to work: memory ran out, or the machine's policy forbids the algorithm.
public struct CryptographyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The function of OpenSSL's that failed.
  public let function: String
  /// Its code, for `openssl errstr`.
  public let code: UInt

  public var description: String { "\(function): OpenSSL error \(code)" }
}
