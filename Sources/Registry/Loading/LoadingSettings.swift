import Settings

/// The settings of the ledger and of the database that the Postgres sinks share.
public struct LoadingSettings: Sendable {
  let databaseURL: String
  let allowsWeakTLS: Bool

  /// Reads `PG_DATABASE_URL` and `PG_ALLOW_WEAK_TLS`.
  public init(from configuration: inout Configuration) {
    databaseURL = configuration.text(.databaseURL)
    allowsWeakTLS = configuration.flag(.allowWeakTLS)
  }
}
