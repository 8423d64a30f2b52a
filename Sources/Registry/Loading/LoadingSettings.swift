import ConcertsSink
import Settings

/// The settings of the ledger and of the sinks.
public struct LoadingSettings: Sendable {
  let databaseURL: String
  let minimumListingRatio: Double

  /// Reads `PG_DATABASE_URL` and `MIN_LISTING_RATIO`.
  public init(from configuration: inout Configuration) {
    databaseURL = configuration.text(.databaseURL)
    minimumListingRatio = ConcertsSink.minimumListingRatio(from: &configuration)
  }
}
