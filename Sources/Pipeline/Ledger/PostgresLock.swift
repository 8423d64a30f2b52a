import Contracts
import FoundationEssentials
import Postgres
import Time

/// A lock that is a row of the ledger's database. The clock is the database's.
public final class PostgresLock: RunLock {
  public let timeout: Duration
  public var description: String { "\(key) in the database's table etl_locks" }

  private let database: Database
  private let key: String

  /// - Parameter key: the lock's name: `etl:news`.
  public init(_ ledger: Ledger, key: String, timeout: Duration) {
    database = ledger.database
    self.key = key
    self.timeout = timeout
  }

  public func acquire(for run: String, deadline: Deadline) throws(PipelineError) -> LockHolder? {
    try database.migrate(deadline: deadline)
    return try rows(
      [
        PostgresStatement(
          """
          insert into etl_locks as l (lock_key, owner, acquired_at, expires_at)
          values ($1, $2, clock_timestamp(), clock_timestamp() + make_interval(secs => $3))
          on conflict (lock_key) do update
          set owner = excluded.owner, expires_at = excluded.expires_at,
            acquired_at = case when l.owner = excluded.owner then l.acquired_at else excluded.acquired_at end
          where l.owner = excluded.owner or l.expires_at < clock_timestamp() - make_interval(secs => $4)
          """, [.text(key), .text(run), seconds, .int(RunLocks.takeoverDelay)]),
        select,
      ], deadline
    ) { rows in try Self.holder(rows).flatMap { $0.run == run ? nil : $0 } }
  }

  public func renew(for run: String, deadline: Deadline) throws(PipelineError) -> Bool {
    // A loader of this version may serve a run that began with an earlier one.
    try database.migrate(deadline: deadline)
    return try rows(
      [
        PostgresStatement(
          """
          update etl_locks set expires_at = clock_timestamp() + make_interval(secs => $3)
          where lock_key = $1 and owner = $2 returning owner
          """, [.text(key), .text(run), seconds])
      ], deadline
    ) { !$0.isEmpty }
  }

  @discardableResult
  public func release(for run: String, deadline: Deadline) throws(PipelineError) -> Bool {
    try rows(
      [
        PostgresStatement(
          "delete from etl_locks where lock_key = $1 and owner = $2 returning owner", [.text(key), .text(run)])
      ], deadline
    ) { !$0.isEmpty }
  }

  public func holder(deadline: Deadline) throws(PipelineError) -> LockHolder? {
    try rows([select], deadline, Self.holder)
  }

  private var seconds: PostgresValue { .int(Int(timeout.components.seconds)) }

  private var select: PostgresStatement {
    PostgresStatement(
      """
      select owner, acquired_at, expires_at, expires_at < clock_timestamp() as has_expired from etl_locks
      where lock_key = $1
      """, [.text(key)])
  }

  private static func holder(_ rows: PostgresRows) throws -> LockHolder? {
    try rows.first.map { row in
      LockHolder(
        run: try row["owner"], acquiredAt: try row["acquired_at"], expiresAt: try row["expires_at"],
        hasExpired: try row["has_expired"])
    }
  }

  /// Runs statements in one transaction, each of which can be repeated.
  /// - Parameter read: reads the rows of the last one.
  private func rows<Value>(
    _ statements: [PostgresStatement], _ deadline: Deadline, _ read: (PostgresRows) throws -> Value
  ) throws(PipelineError) -> Value {
    try database.retrying(deadline: deadline) {
      guard let rows = try database.connection.pipeline(statements, deadline: deadline).last else {
        throw PipelineError(.databaseUnavailable, "the database: no result came for the lock \(key)")
      }
      return try read(rows)
    }
  }
}
