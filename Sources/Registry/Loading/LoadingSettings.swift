import Settings

/// The settings of the ledger and of the database that the Postgres sinks share.
public struct LoadingSettings: Sendable {
  let databaseURL: String

  /// Reads `PG_DATABASE_URL`.
  public init(from configuration: inout Configuration) { databaseURL = configuration.text(.databaseURL) }
}
