import Settings

/// The settings of the ledger and of the database that the Postgres sinks share.
public struct LoadingSettings: Sendable {
  let database: DatabaseSetting

  /// - Parameter isDatabaseOptional: true if a missing PG_DATABASE_URL alone says that there is no database.
  public init(from configuration: inout Configuration, isDatabaseOptional: Bool = false) {
    database = DatabaseSetting(from: &configuration, isOptional: isDatabaseOptional)
  }
}
