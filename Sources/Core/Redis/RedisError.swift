/// A command that did not do its work. The description holds the server, the command's verb and what went wrong; never
/// an argument, a value or a password.
public struct RedisError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// The address is no Redis URL, or names a database that the server does not have.
    case invalidURL
    /// The server could not be found or reached, or it closed the connection.
    case connection
    /// No TLS came about: the peer's certificate was refused, the authorities cannot be read, the peer speaks no TLS.
    case tls
    /// User or password was refused, or the user may not do what was asked.
    case authentication
    /// The address has no password and the server wants one.
    case passwordMissing
    /// The server was silent for longer than the time-out, or the deadline passed.
    case timedOut
    /// The server answered with an error; the code is its first word, such as `OOM` or `ERR`.
    case reply(code: String)
    /// The server's bytes are not the Redis protocol, or a reply is longer than allowed.
    case protocolViolation
  }

  public let kind: Kind
  /// Host and port, empty when the address could not be read.
  public let server: String
  public let detail: String

  public init(_ kind: Kind, server: String = "", detail: String) {
    self.kind = kind
    self.server = server
    self.detail = detail
  }

  /// The same error with a guess at its cause.
  func hinting(_ hint: String) -> RedisError { RedisError(kind, server: server, detail: "\(detail); \(hint)") }

  public var description: String { server.isEmpty ? detail : "\(server): \(detail)" }
}
