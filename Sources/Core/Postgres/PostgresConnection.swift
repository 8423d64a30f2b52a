import Time

/// A connection to a database: opened when it is first needed, kept, and opened again when the server has ended it in
/// between. One statement at a time; not for use from several threads.
///
/// Every call is bounded by a deadline. When that passes, the statement is cancelled on the server, the connection
/// closed, and the call throws `timedOut`.
public final class PostgresConnection {
  private let url: PostgresURL
  private let applicationName: String
  private let time: any TimeSource
  private var session: Session?
  var transaction = Transaction.none
  /// How often the server was asked something and answered, opening connections aside.
  public private(set) var roundTrips = 0

  /// - Parameter applicationName: shown in `pg_stat_activity`, unless the address gives one.
  public init(_ url: PostgresURL, applicationName: String, time: any TimeSource = SystemTime()) {
    self.url = url
    self.applicationName = applicationName
    self.time = time
  }

  /// Opens the connection unless it is open.
  public func open(until deadline: Deadline) throws { _ = try readySession(until: deadline) }

  /// Closes the connection. The server rolls back what was not committed. The next call opens another one.
  public func close() { session = nil }

  /// Whether the open connection is encrypted.
  public var usesTLS: Bool { session?.usesTLS ?? false }

  /// The process at the server's end of the open connection (`pg_backend_pid()`).
  public var backendID: Int? { session?.backendID }

  /// Runs one statement.
  @discardableResult
  public func query(
    _ sql: String, _ values: [PostgresValue] = [], until deadline: Deadline
  ) throws -> PostgresRows {
    let results = try pipeline([PostgresStatement(sql, values)], until: deadline)
    guard let rows = results.first else { throw PostgresError(.connectionLost, "the server gave no answer") }
    return rows
  }

  /// Runs many statements in one round trip. Outside a transaction they are one of their own: all take effect or none.
  /// - Returns: the rows of each.
  /// - Throws: the first error; the statements after it were not run.
  @discardableResult
  public func pipeline(_ statements: [PostgresStatement], until deadline: Deadline) throws -> [PostgresRows] {
    let session = try readySession(until: deadline)
    // BEGIN goes along with a transaction's first statements and costs no round trip.
    let opening = transaction == .announced ? [PostgresStatement(Self.begin)] : []
    if transaction == .announced { transaction = .open }
    roundTrips += 1
    let results = try closingIfBroken(session) { try session.run(opening + statements, until: deadline) }
    return results.dropFirst(opening.count).map { PostgresRows(result: $0) }
  }

  /// Runs a script: statements without values, apart by semicolons. Outside a transaction they are one of their own.
  public func execute(script: String, until deadline: Deadline) throws {
    let session = try readySession(until: deadline)
    let opening = transaction == .announced ? "\(Self.begin);\n" : ""
    if transaction == .announced { transaction = .open }
    roundTrips += 1
    try closingIfBroken(session) { try session.run(script: opening + script, until: deadline) }
  }

  /// A connection of no use any more is closed at once, not when it is next looked at: until then, which may be long
  /// where a process is frozen between its invocations, the server would hold its transaction open, and its locks.
  private func closingIfBroken<Value>(_ session: Session, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch {
      if session.isBroken { close() }
      throw error
    }
  }

  /// The server's default could be another level; the rules of a statement's snapshot must not depend on it.
  private static let begin = "begin isolation level read committed"

  /// The session to use, a new one if the last is of no use any more. Never a new one in the midst of a transaction,
  /// whose first half it would not know of.
  private func readySession(until deadline: Deadline) throws -> Session {
    guard !deadline.hasPassed else { throw PostgresError(.timedOut, "the deadline has passed") }
    if transaction == .open {
      guard let session, !session.isBroken else {
        throw PostgresError(.connectionLost, "the transaction's connection has ended")
      }
      return session
    }
    if let session, !session.hasEnded() { return session }
    session = nil
    let opened = try Session.open(url, applicationName: applicationName, time: time, until: deadline)
    session = opened
    return opened
  }

  /// The session if it can be used as it is.
  var usableSession: Session? {
    guard let session, !session.isBroken else { return nil }
    return session
  }
}
