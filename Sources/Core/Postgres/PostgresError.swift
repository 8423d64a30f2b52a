/// What went wrong with a database. The text is safe to log: it holds no user, no password, no SQL and no
/// value, and of the address host and port at most.
public struct PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The text is no URL that libpq accepts.
    case invalidURL
    /// The server cannot be found or reached, or takes no connections at present.
    case unreachable
    /// The server's certificate was refused, or TLS could not be agreed on.
    case tls
    /// The server does not let this user into this database: wrong password, unknown user or database.
    case refused
    /// The connection ended before the answer did. Whether the statement took effect is not known.
    case connectionLost
    /// The caller's deadline passed. The statement was cancelled and the connection closed.
    case timedOut
    /// The server refused a statement; `sqlState` says why.
    case statement
    /// A value of a row is not what the caller asked for.
    case decoding
    /// The caller broke a rule of this module.
    case misuse
  }

  public let kind: Kind
  /// The server's five-character code, if it gave one (https://www.postgresql.org/docs/current/errcodes-appendix.html).
  public let sqlState: String?
  public let message: String

  public init(_ kind: Kind, sqlState: String? = nil, _ message: String) {
    self.kind = kind
    self.sqlState = sqlState
    self.message = message
  }

  public var description: String { sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message }

  /// Whether the server gave up a transaction in favour of another, so that it may succeed when it is run again as a
  /// whole: serialization_failure and deadlock_detected.
  public var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

  /// Whether another try may succeed.
  public var isTransient: Bool {
    switch kind {
    case .unreachable, .connectionLost, .timedOut: true
    case .invalidURL, .tls, .refused, .decoding, .misuse: false
    case .statement: isConflict || Self.passingStates.contains { (sqlState ?? "").hasPrefix($0) }
    }
  }

  /// Connection exceptions, insufficient resources, objects in use, operator's intervention, the server's files and own
  /// faults; idle_in_transaction_session_timeout; a server that does not take writes at present.
  static let passingStates = ["08", "53", "55", "57", "58", "XX", "25P03", "25006"]
}
