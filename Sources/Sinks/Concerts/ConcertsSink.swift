import Contracts
import EventRecords
import FoundationEssentials
import Ledger
import Settings
import Time

/// The Postgres tables of concerts: events, venues, artists and genres. The unit of a load is a date: a document holds
/// the listing of one, so the sink's work items must have dates.
public final class ConcertsSink: Sink {
  let database: Database
  let zone: TimeZoneRules
  let minimumListingRatio: Double
  let time: any TimeSource

  /// Listings change by a few events a day. One half is far from that, and still catches a page that lost its end.
  public static let defaultMinimumListingRatio = 0.5
  /// The number of seconds by which the scraper's clock may be ahead of this one.
  static let clockTolerance = 3600.0
  /// Every step of the schema, in order. Steps 1 to 3 made the concert tables and the first ledger.
  public static let migrations: [Migration] = [
    .legacyTables, .firstLedger, .listingTimes, .workItems, .itemStates, .relatedArtists, .reading,
    .checkpoints, .locks, .unloadedDocuments, .eventTrigger, .venueLocations, .embeddedTexts, .catalogViews,
    .entityLinks, .runOrigins, .unindexedHashes, .linksByAddress, .watermarks,
  ]

  /// - Parameters:
  ///   - database: the database, made with `migrations`.
  ///   - zone: the time zone of the source's clocks and days.
  ///   - minimumListingRatio: the share of a date's stored events below which a listing is not loaded; 0 loads any, even
  ///     one of other events.
  public init(
    _ database: Database, zone: TimeZoneRules, minimumListingRatio: Double = defaultMinimumListingRatio,
    time: any TimeSource = SystemTime()
  ) {
    self.database = database
    self.zone = zone
    self.minimumListingRatio = minimumListingRatio
    self.time = time
  }

  public var isInDatabase: Bool { true }

  /// Loads an extract document in one transaction: reads the stored rows that it concerns, and writes the differences.
  /// Loading a document again writes nothing. If a later listing of its date was loaded, only its row in `loads` and its
  /// rejected records are written.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's, `SourceChanged` if it would
  ///   cancel most of the date or has other events in their place, `DatabaseConflict` if other writers interfered with every attempt, and
  ///   `DatabaseUnavailable`, `SchemaMismatch`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    try load(decoded(document, target), deadline: deadline)
  }

  /// Loads a document in a transaction, compares its date before and after, and rolls the transaction back. Only sequence
  /// numbers are consumed. Like a load, it holds the advisory lock for a few round trips.
  /// - Throws: the errors of `load`, and `SchemaMismatch` if the database is not of this version: a dry run does not
  ///   migrate.
  public func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun {
    try dryRun(decoded(document, target), deadline: deadline)
  }

  private func decoded(_ document: Data, _ target: LoadTarget) throws(PipelineError) -> LoadDocument {
    try LoadDocument(document, for: target, latest: time.now + Self.clockTolerance)
  }
}
