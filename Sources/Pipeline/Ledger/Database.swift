import Contracts
import Postgres
import Settings
import Time

/// The database in which events rest: loaded by the loader, read by the cache manager and the command line. It holds
/// one connection, which it opens when needed and keeps between invocations.
public final class ConcertsDatabase {
  let connection: PostgresConnection
  let zone: TimeZoneRules
  let retrier: Retrier
  let minimumListingRatio: Double
  /// Listings change by a few shows a day: a half is far from that, and near enough to catch a page that lost its end.
  public static let defaultMinimumListingRatio = 0.5

  /// Reads `SHRINK_FLOOR`.
  public static func minimumListingRatio(from configuration: inout Configuration) -> Double {
    configuration.number("SHRINK_FLOOR", in: 0...1, default: defaultMinimumListingRatio)
  }

  /// Whether this process has found the schema to be the one it knows.
  var isMigrated = false

  /// - Parameters:
  ///   - url: the value of PG_DATABASE_URL.
  ///   - zone: the zone of the sources' clocks and days.
  ///   - minimumListingRatio: a listing with less than this part of the date's stored shows is not loaded; 0 loads any.
  /// - Throws: `ConfigurationInvalid` when the URL is none.
  public init(
    url: String, zone: TimeZoneRules, applicationName: String = "festvibes", minimumListingRatio: Double = defaultMinimumListingRatio,
    time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    do {
      connection = PostgresConnection(try PostgresURL(url), applicationName: applicationName, time: time)
    } catch {
      throw PipelineError(error)
    }
    self.zone = zone
    self.minimumListingRatio = minimumListingRatio
    retrier = Retrier(Backoff(base: .milliseconds(50), cap: .seconds(2), maximumAttempts: 6), time: time)
  }

  /// How often the database was asked something and answered.
  public var roundTrips: Int { connection.roundTrips }

  /// Runs work that may be run twice, again when it fails for a reason that may pass.
  func retrying<Value>(until deadline: Deadline, _ work: () throws -> Value) throws(PipelineError) -> Value {
    do {
      return try retrier.run(until: deadline, advice: Self.advice) { _ in try work() }
    } catch let error as PipelineError {
      // The schema may have been taken away under a process that lives on: look again next time.
      if error.name == .schemaMismatch { isMigrated = false }
      throw error
    } catch let error as PostgresError {
      let error = PipelineError(error)
      if error.name == .schemaMismatch { isMigrated = false }
      throw error
    } catch {
      throw PipelineError(.databaseUnavailable, "the database: \(type(of: error))")
    }
  }

  private static func advice(_ error: any Error) -> RetryAdvice {
    switch error {
    case let error as PostgresError where error.kind == .timedOut: .giveUp
    case let error as PostgresError where error.isTransient: .retry()
    case let error as PostgresError where PipelineError(error).name == .databaseConflict: .retry()
    case let error as PipelineError where error.name == .databaseConflict: .retry()
    default: .giveUp
    }
  }

  /// Makes the transaction's statements wait for any other load or migration, and keeps a process that dies in its
  /// midst from holding up the others for long. Loads write the same venues and acts: one after another, each sees what
  /// the last has stored. A load holds the lock for a few round trips.
  static let lock = PostgresStatement(
    """
    select set_config('idle_in_transaction_session_timeout', '15s', true), pg_advisory_xact_lock($1)
    """, [.int(0x6665_7374_7669_6265)])
}
