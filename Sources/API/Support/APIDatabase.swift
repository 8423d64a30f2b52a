import APIRouting
import Contracts
import Ledger
import Postgres
import Synchronization
import Time

/// The connections with which the API reads. A thread that finds none free waits for one.
///
/// Whatever the role may do, these connections only read: each is opened with `default_transaction_read_only` and a
/// statement timeout.
public final class APIDatabase: Sendable {
  /// The time for one request's statements.
  public static let standardTimeout = Duration.seconds(5)

  /// The statements that a connection keeps prepared. To parse one takes a fifth of the server's time for a page. It is planned
  /// each time all the same: a rare and a frequent value need other plans.
  private static let keptStatements = 64

  /// Moves from thread to thread, and is used by one at a time.
  private struct Idle: @unchecked Sendable { let database: Database }

  private let idle: Mutex<[Idle]>
  private let slots: Slots
  private let timeout: Duration
  private let time: any TimeSource & Sendable
  private let count: Int

  /// - Parameters:
  ///   - url: the address.
  ///   - variable: the setting that has it, which errors name.
  ///   - connections: the most that are open at a time.
  ///   - migrations: the schema's steps, for readers that compare them.
  /// - Throws: `ConfigurationInvalid` if the URL is malformed, or its TLS is weak. Nothing is connected before the first use.
  public init(
    url: String, variable: String = "API_DATABASE_URL", allowsWeakTLS: Bool = false, connections: Int,
    timeout: Duration = standardTimeout, migrations: [Migration] = [], time: any TimeSource & Sendable = SystemTime()
  ) throws(PipelineError) {
    let url = ReadOnlyURL.text(url, statementTimeout: timeout)
    var databases: [Idle] = []
    for _ in 0..<connections {
      databases.append(
        Idle(
          database: try Database(
            url: url, variable: variable, migrations: migrations, allowsWeakTLS: allowsWeakTLS,
            applicationName: "festvibes-api", keptStatements: Self.keptStatements, time: time)))
    }
    idle = Mutex(databases)
    slots = Slots(connections)
    count = connections
    self.timeout = timeout
    self.time = time
  }

  /// The connections to the database of the settings.
  /// - Throws: `ConfigurationInvalid` if the URL is malformed, or its TLS is weak.
  public convenience init(
    _ settings: APISettings, connections: Int, migrations: [Migration] = []
  ) throws(PipelineError) {
    try self.init(
      url: settings.databaseURL, variable: settings.databaseVariable, allowsWeakTLS: settings.allowsWeakTLS,
      connections: connections, migrations: migrations)
  }

  /// The time by which a request that begins now must have read all that it reads.
  public func deadline() -> Deadline { Deadline(after: timeout, on: time) }

  /// Runs work that reads. A lost connection is opened again, and the work is done once more.
  /// - Parameter limit: the time for waiting and work; by default that of the database.
  /// - Throws: `PipelineError` for the database's failures; status 422 for more rows than are read at once; other errors of
  ///   the work as they are.
  public func read<Value>(
    within limit: Duration? = nil, _ work: (Database, PostgresConnection, Deadline) throws -> Value
  ) throws -> Value {
    guard let value = try readIfFree(within: limit, work) else {
      throw PipelineError(.databaseUnavailable, "all \(count) connections of the API are busy")
    }
    return value
  }

  /// Runs work as `read` does.
  /// - Returns: nil if no connection has become free in the time.
  public func readIfFree<Value>(
    within limit: Duration? = nil, _ work: (Database, PostgresConnection, Deadline) throws -> Value
  ) throws -> Value? {
    let deadline = Deadline(after: limit ?? timeout, on: time)
    guard slots.take(within: deadline.remaining) else { return nil }
    defer { slots.give() }
    guard let taken = idle.withLock({ $0.popLast() }) else {
      throw PipelineError(.databaseUnavailable, "no connection of the API is free")
    }
    defer { idle.withLock { $0.append(taken) } }
    var failure: (any Error)?
    let value: Value? = try taken.database.retrying(deadline: deadline) {
      do {
        return try work(taken.database, taken.database.connection, deadline)
      } catch let error as PostgresError where error.kind == .tooLarge {
        failure = APIProblem(422, "The response would be too large: ask for fewer records at a time")
        return nil
      } catch  where !(error is PostgresError || error is PipelineError) {
        failure = error
        return nil
      }
    }
    if let failure { throw failure }
    guard let value else { throw PipelineError(.databaseUnavailable, "the database gave no response") }
    return value
  }
}
