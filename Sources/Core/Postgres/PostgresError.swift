/// A database error. The text is safe to log: it contains no user, password, SQL or value, and of the address at most the
/// host and the port.
public struct PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors, by which callers decide what to do.
  public enum Kind: String, Sendable {
    /// The text is not a URL that libpq accepts.
    case invalidURL
    /// The server cannot be found or reached, or does not accept connections at present.
    case unreachable
    /// The server's certificate was refused, or TLS could not be negotiated.
    case tls
    /// The server refused this user or database: wrong password, unknown user, unknown database.
    case refused
    /// The connection ended before the response did. It is unknown whether the statement took effect.
    case connectionLost
    /// The caller's deadline passed. The connection was closed, which also stops the statement.
    case timedOut
    /// The server sent more than a response may have. The connection was closed.
    case tooLarge
    /// The server refused a statement; `sqlState` gives the reason.
    case statement
    /// A value of a row does not have the type that the caller requested.
    case decoding
    /// The caller broke a rule of this module.
    case misuse
  }

  public let kind: Kind
  /// The server's five-character code, if there is one (https://www.postgresql.org/docs/current/errcodes-appendix.html).
  public let sqlState: String?
  /// The reason, without SQLSTATE.
  public let message: String

  public init(_ kind: Kind, sqlState: String? = nil, _ message: String) {
    self.kind = kind
    self.sqlState = sqlState
    self.message = message
  }

  public var description: String { sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message }

  /// True if the server aborted the transaction in favour of another one, so that the whole transaction may be retried:
  /// serialization_failure and deadlock_detected.
  private var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

  /// True if a retry may succeed.
  public var isTransient: Bool {
    switch kind {
    case .unreachable, .connectionLost, .timedOut: true
    case .invalidURL, .tls, .refused, .tooLarge, .decoding, .misuse: false
    case .statement: isConflict || Self.transientStates.contains { (sqlState ?? "").hasPrefix($0) }
    }
  }

  /// Beginnings of SQLSTATEs that a retry may resolve: connection exceptions, insufficient resources, objects in use,
  /// operator intervention, system and internal errors; idle_in_transaction_session_timeout; a read-only server.
  static let transientStates = ["08", "53", "55", "57", "58", "XX", "25P03", "25006"]
}
