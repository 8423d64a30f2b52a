import ConcertsSink
import Contracts
import Ledger
import Settings
import Time

/// The sinks that this build knows, and the ledger beside them. A new sink is one line of `plugins`.
public final class LoadingRegistry {
  private typealias Make =
    @Sendable (Dataset, LoadingRegistry, inout Configuration) throws(PipelineError) -> any Sink

  private static let plugins: [String: Make] = [
    "concerts": { (dataset, loading, settings) throws(PipelineError) in
      ConcertsSink(
        loading.database, zone: try dataset.timeZoneRules(),
        minimumListingRatio: ConcertsSink.minimumListingRatio(from: &settings))
    }
  ]

  /// The ledger of runs, in the database that the Postgres sinks share.
  public let ledger: Ledger
  private let configuration: () -> Configuration
  package let database: Database
  private var sinks: [String: [any Sink]] = [:]

  /// - Parameters:
  ///   - applicationName: the connection's name on the server.
  ///   - configuration: reads the environment. It is called once for each dataset that is asked for, so that wrong settings
  ///     of one dataset's sinks stop neither another dataset nor the ledger.
  /// - Throws: `ConfigurationInvalid` for a database URL that is malformed, or whose TLS is weak. Nothing is connected yet.
  public init(
    _ settings: LoadingSettings, applicationName: String, configuration: @escaping () -> Configuration
  ) throws(PipelineError) {
    self.configuration = configuration
    database = try Database(
      url: settings.databaseURL, migrations: ConcertsSink.migrations, allowsWeakTLS: settings.allowsWeakTLS,
      applicationName: applicationName)
    ledger = Ledger(database)
  }

  /// Returns the dataset's sinks, in the order in which they load.
  /// - Throws: `ConfigurationInvalid` for an unknown plugin, or with all problems of the sinks' settings.
  public func sinks(for dataset: Dataset) throws(PipelineError) -> [any Sink] {
    if let known = sinks[dataset.id] { return known }
    var settings = configuration()
    var made: [any Sink] = []
    for name in dataset.sinks {
      guard let make = Self.plugins[name] else {
        let known = Self.plugins.keys.sorted().joined(separator: ", ")
        throw PipelineError(
          .configurationInvalid, "dataset \(dataset.id) names the sink '\(name)': it must be one of \(known)")
      }
      made.append(try make(dataset, self, &settings))
    }
    try settings.validate()
    sinks[dataset.id] = made
    return made
  }

  /// Brings the database to the schema of this version; see `Database.upgrade`.
  public func migrate(
    isDryRun: Bool, deadline: Deadline, progress: (String) -> Void
  ) throws(PipelineError) -> MigrationReport {
    try database.upgrade(isDryRun: isDryRun, deadline: deadline, progress: progress)
  }

  /// Looks at the database, and changes nothing.
  /// - Throws: `DatabaseUnavailable`, `ConfigurationInvalid`; `SchemaMismatch` if the database is of a newer version.
  public func databaseState(deadline: Deadline) throws(PipelineError) -> DatabaseState {
    try database.state(deadline: deadline)
  }

  /// Returns the number of current records of each item, by its id, from the first sink that counts them; nothing if
  /// none does.
  public func storedCounts(
    of items: [WorkItem], in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    for case let sink as any RecordCounting in try sinks(for: dataset) {
      return try sink.storedCounts(of: items, in: dataset, deadline: deadline)
    }
    return [:]
  }
}
