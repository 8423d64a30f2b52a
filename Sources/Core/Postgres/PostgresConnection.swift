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
  /// The number of times that the server's kept statements were not those of the session.
  private var mismatches = 0
  /// The number of mismatches after which no statement is kept: each costs a round trip.
  private static let mostMismatches = 3
  private let time: any TimeSource
  private(set) var session: Session?
  var transaction = Transaction.none
  /// The number of round trips to the server, not counting those that open connections.
  public private(set) var roundTrips = 0

  /// - Parameters:
  ///   - applicationName: shown in `pg_stat_activity`, unless the address contains one.
  ///   - keptStatements: the most statements that the server prepares and keeps for this connection: those that were
  ///     used last. For callers that run the same few again and again. Statements of transactions are not kept.
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
    let results = try closingIfBroken(session) { try run(opening + statements, on: session, deadline: deadline) }
    return results.dropFirst(opening.count).map { PostgresRows(result: $0) }
  }

  /// Runs statements, kept ones if the connection wants it. In a transaction none is: it would be lost with a statement
  /// that the server does not know.
  private func run(
    _ statements: [PostgresStatement], on session: Session, deadline: Deadline
  ) throws(PostgresError) -> [ResultHandle] {
    let isKeeping = session.kept.most > 0 && transaction == .none && !session.isInTransaction
    roundTrips += 1
    do {
      return try session.run(statements, keeping: isKeeping, deadline: deadline)
    } catch {
      guard isKeeping, let mismatch = error.sqlState.flatMap({ KeptStatements.Mismatch(rawValue: $0) }) else {
        throw error
      }
      note(mismatch, of: session)
    }
    // The server has rolled back the first attempt.
    roundTrips += 1
    return try session.run(statements, deadline: deadline)
  }

  private func note(_ mismatch: KeptStatements.Mismatch, of session: Session) {
    mismatches += 1
    if mismatches == Self.mostMismatches { keptStatements = 0 }
    if mismatch == .unknown || keptStatements == 0 { session.kept = KeptStatements(most: keptStatements) }
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
