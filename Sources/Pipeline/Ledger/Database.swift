import Contracts
import Postgres
import Time

/// A Postgres database with a versioned schema. It holds one connection, which it opens when needed and keeps between
/// invocations. The ledger and the sinks of one process share it.
public final class Database {
  package let connection: PostgresConnection
  /// The setting that has the address, for the errors.
  let variable: String
  let migrations: [Migration]
  let retrier: Retrier
  /// The number of rows from which on an index is not built in a load. Tests set a lower one.
  var largeTable = MigrationIndex.largeTable

  /// True if this process has found the schema to be at the version that it knows.
  var isMigrated = false

  /// - Parameters:
  ///   - url: the address.
  ///   - variable: the setting that has it, which errors name.
  ///   - migrations: every step of the schema, in order: those of a sink, which include the ledger's.
  ///   - allowsWeakTLS: accepts a connection to another machine whose certificate is not checked.
  ///   - applicationName: the name of the connection in `pg_stat_activity`.
  ///   - keptStatements: the most statements that the server prepares and keeps.
  /// - Throws: `ConfigurationInvalid` if the URL is malformed, or its TLS is weak.
  public init(
    url: String, variable: String = "PG_DATABASE_URL", migrations: [Migration], allowsWeakTLS: Bool = false,
    applicationName: String = "festvibes", keptStatements: Int = 0, time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    let weakness: String?
    do {
      let url = try PostgresURL(url)
      connection = PostgresConnection(
        url, applicationName: applicationName, keptStatements: keptStatements, time: time)
      weakness = allowsWeakTLS ? nil : try url.weakness()
    } catch {
      throw PipelineError(error, variable: variable)
    }
    if let weakness {
      throw PipelineError(
        .configurationInvalid,
        "\(variable): \(weakness). Put sslmode=verify-full&sslrootcert=FILE into the URL, where FILE has the server's "
          + "authority (/etc/ssl/certs/ca-certificates.crt has the public ones); or accept the risk with "
          + "PG_ALLOW_WEAK_TLS=true")
    }
    self.variable = variable
    self.migrations = migrations
    retrier = Retrier(Backoff(base: .milliseconds(50), cap: .seconds(2), maximumAttempts: 6), time: time)
  }

  /// The number of round trips to the server so far.
  public var roundTrips: Int { connection.roundTrips }

  /// Runs idempotent work, and retries it after a transient failure.
  package func retrying<Value>(deadline: Deadline, _ work: () throws -> Value) throws(PipelineError) -> Value {
    let failure: PipelineError
    do {
      return try retrier.run(deadline: deadline, decision: Self.decision) { _ in try work() }
    } catch let error as PipelineError {
      failure = error
    } catch let error as PostgresError {
      failure = PipelineError(error, variable: variable)
    } catch {
      failure = PipelineError(.databaseUnavailable, "the database: \(type(of: error))")
    }
    // The schema may have been dropped while this process lived: the next call checks it again.
    if failure.name == .schemaMismatch { isMigrated = false }
    throw failure
  }

  private static func decision(_ error: any Error) -> RetryDecision {
    switch error {
    case let error as PostgresError where error.kind == .timedOut: .giveUp
    case let error as PostgresError where error.isTransient: .retry()
    case let error as PostgresError where PipelineError(error).name == .databaseConflict: .retry()
    case let error as PipelineError where error.name == .databaseConflict: .retry()
    default: .giveUp
    }
  }

  /// Takes the advisory lock of loads and migrations for the current transaction, so that they run one after another:
  /// loads write shared rows, and each must see what the previous one stored. A load holds the lock for a few round
  /// trips; the idle timeout releases the lock of a process that dies inside its transaction.
  package static let lock = PostgresStatement(
    """
    select set_config('idle_in_transaction_session_timeout', '15s', true), pg_advisory_xact_lock($1)
    """, [.int(0x6665_7374_7669_6265)])
}
