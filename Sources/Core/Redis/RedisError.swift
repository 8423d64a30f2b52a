/// A failed command or connection. The description contains the server, the command's verb and the reason, but never an
/// argument, a value or a password.
public struct RedisError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors, by which callers decide what to do.
  public enum Kind: Equatable, Sendable {
    /// The address is not a Redis URL, or names a database that the server does not have.
    case invalidURL
    /// The server could not be found or reached, or it closed the connection.
    case connection
    /// TLS failed: the server's certificate was refused, the authorities cannot be read, or the server does not speak TLS.
    case tls
    /// The user or the password was refused, or the user lacks the right to run the command.
    case authentication
    /// The address has no password and the server requires one.
    case passwordMissing
    /// The server sent nothing for longer than the timeout, or the deadline passed.
    case timedOut
    /// The server cannot serve the command at present, but another one behind the same name, or the same one later, may:
    /// it is a replica after a failover, it is loading its data, it lost its primary or its disk. The code is the first
    /// word of the reply, such as `READONLY` or `LOADING`.
    case notServing(code: String)
    /// The server is a node of a cluster and refers to another node. This client works with one server.
    case cluster
    /// The server replied with another error. The code is the first word of the reply, such as `OOM` or `ERR`.
    case reply(code: String)
    /// The replies have more bytes or elements than allowed.
    case tooLarge
    /// The server does not speak the Redis protocol.
    case protocolViolation
  }

  public let kind: Kind
  /// Host and port; empty if the address could not be read.
  public let server: String
  /// The reason, without the server.
  public let detail: String

  public init(_ kind: Kind, server: String = "", detail: String) {
    self.kind = kind
    self.server = server
    self.detail = detail
  }

  /// True if the connection is of no more use: a new one may lead to another server, because its name is looked up anew.
  var endsConnection: Bool {
    switch kind {
    case .notServing, .cluster: true
    default: false
    }
  }

  /// Returns the error with a hint at its cause.
  func hinting(_ hint: String) -> RedisError { RedisError(kind, server: server, detail: "\(detail); \(hint)") }

  public var description: String { server.isEmpty ? detail : "\(server): \(detail)" }
}
