import Time

/// A database connection that is opened when it is first needed and reused. A connection that the server has closed
/// between two calls is replaced. Runs one statement at a time and must not be used from several threads.
///
/// Every call is bounded by a deadline. When the deadline passes, the call closes the connection and throws `timedOut`;
/// the server (Postgres 14 and later) then stops the statement within 500 ms.
public final class PostgresConnection {
  private let url: PostgresURL
  private let applicationName: String
  private var keptStatements: Int
  private let time: any TimeSource
  private(set) var session: Session?
  var transaction = Transaction.none
  /// The number of round trips to the server, not counting those that open connections.
  public private(set) var roundTrips = 0

  /// - Parameters:
  ///   - applicationName: shown in `pg_stat_activity`, unless the address contains one.
  ///   - keptStatements: the most statements that the server prepares and keeps for this connection. For who runs the same few
  ///     again and again.
  public init(
    _ url: PostgresURL, applicationName: String, keptStatements: Int = 0, time: any TimeSource = SystemTime()
  ) {
    self.url = url
    self.keptStatements = keptStatements
    self.applicationName = applicationName
    self.time = time
  }

  /// Opens the connection if it is not open.
  public func open(deadline: Deadline) throws { _ = try readySession(deadline: deadline) }

  /// Closes the connection. The server rolls back an open transaction. The next call opens a new connection.
  public func close() { session = nil }

  /// Runs one statement in one round trip.
  /// - Throws: `PostgresError`.
  @discardableResult
  public func query(
    _ sql: String, _ values: [PostgresValue] = [], deadline: Deadline
  ) throws -> PostgresRows {
    let results = try pipeline([PostgresStatement(sql, values)], deadline: deadline)
    guard let rows = results.first else { throw PostgresError(.connectionLost, "the server gave no response") }
    return rows
  }

  /// Runs statements in one round trip. Outside a transaction they run in their own: all take effect or none.
  /// - Returns: the rows of each statement.
  /// - Throws: `PostgresError`: the first one; the statements after it were not run.
  @discardableResult
  public func pipeline(_ statements: [PostgresStatement], deadline: Deadline) throws -> [PostgresRows] {
    let session = try readySession(deadline: deadline)
    // BEGIN is sent along with a transaction's first statements, so it costs no round trip.
    let opening = transaction == .announced ? [PostgresStatement(Self.begin)] : []
    if transaction == .announced { transaction = .open }
    roundTrips += 1
    let results = try closingIfBroken(session) { try session.run(opening + statements, deadline: deadline) }
    return results.dropFirst(opening.count).map { PostgresRows(result: $0) }
  }

  /// Runs a script: statements without values, separated by semicolons. Outside a transaction they run in their
  /// own, unless the script says otherwise.
  public func execute(script: String, deadline: Deadline) throws {
    let session = try readySession(deadline: deadline)
    let opening = transaction == .announced ? "\(Self.begin);\n" : ""
    if transaction == .announced { transaction = .open }
    roundTrips += 1
    try closingIfBroken(session) { try session.run(script: opening + script, deadline: deadline) }
  }

  /// Closes a broken connection immediately. Otherwise a frozen sandbox would keep its transaction, and its locks, open
  /// on the server until its next invocation.
  private func closingIfBroken<Value>(_ session: Session, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch {
      if session.isBroken { close() }
      // A pooler gives each transaction another of its sessions: they have not prepared what this one has.
      if let error = error as? PostgresError, ["26000", "42P05"].contains(error.sqlState) { keptStatements = 0 }
      throw error
    }
  }

  /// Names the isolation level, because the server's default may be another one.
  private static let begin = "begin isolation level read committed"

  /// Returns the open session, or opens a new one if the server has closed it. Within a transaction a lost session is an
  /// error: a new one would run only the rest of the transaction.
  private func readySession(deadline: Deadline) throws -> Session {
    guard !deadline.hasPassed else { throw PostgresError(.timedOut, "the deadline has passed") }
    if transaction == .open {
      guard let session, !session.isBroken else {
        throw PostgresError(.connectionLost, "the transaction's connection has ended")
      }
      return session
    }
    if let session, !session.hasEnded() { return session }
    session = nil
    let opened = try Session.open(url, applicationName: applicationName, time: time, deadline: deadline)
    opened.kept = KeptStatements(most: keptStatements)
    session = opened
    return opened
  }

  /// The open session, unless it is broken.
  var usableSession: Session? {
    guard let session, !session.isBroken else { return nil }
    return session
  }
}
