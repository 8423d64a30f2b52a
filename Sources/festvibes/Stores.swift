import AWS
import Checkpoints
import Contracts
import Definitions
import Enriching
import Foundation
import Ledger
import Loading
import Locking
import Publishing
import RawFolder
import RawStore
import Settings
import Time

/// The stores that the commands open themselves, with the functions' own settings: a variable, or the secret that its
/// `…_SECRET_ARN` names.
struct Stores {
  let settings: Settings
  private var environment: [String: String] { settings.environment }
  private let time = SystemTime()

  init(_ settings: Settings) { self.settings = settings }

  /// The store of extract documents and archives: the folder in RAW_FOLDER, else the bucket.
  func rawStore() throws -> RawStore {
    if let folder = settings.rawFolder {
      settings.log.debug("raw store", ["folder": .text(folder)])
      return try withReadableErrors(environment) { RawStore(try FolderObjects(folder)) }
    }
    let store = try configured { RawStoreSettings(from: &$0) }
    settings.log.debug("raw store", ["bucket": .text(store.bucket), "region": .text(store.region)])
    return try withReadableErrors(environment) {
      try RawStore(
        bucket: store.bucket,
        session: AWSSession(
          environment: environment, region: store.region, profiles: ProfileFiles(environment: environment)))
    }
  }

  /// The bucket of a dataset's checkpoints that names none; an empty name if the raw data are in a folder.
  func checkpointBucket() throws -> RawStoreSettings {
    try settings.rawFolder == nil
      ? configured { RawStoreSettings(from: &$0) } : RawStoreSettings(bucket: "", region: "us-east-1")
  }

  /// Opens the publishers of a dataset.
  /// - Parameter isDatabaseOptional: true for a dataset that may run without a database.
  func publishing(_ name: String, of dataset: Dataset, isDatabaseOptional: Bool = false) throws -> PublishingRegistry {
    let withCache = PublishingRegistry.hasCache(dataset)
    let publishing = try configured {
      PublishingSettings(from: &$0, withCache: withCache, isDatabaseOptional: isDatabaseOptional)
    }
    return try withHint {
      try PublishingRegistry(
        publishing, applicationName: name, environment: environment, profiles: ProfileFiles(environment: environment),
        configuration: settings.configuration)
    }
  }

  /// Reads what a function would read from the environment.
  /// - Throws: `CommandError` with all problems.
  func configured<Value>(_ read: (inout Configuration) throws -> Value) throws -> Value {
    try withHint {
      var configuration = settings.configuration()
      let value = try read(&configuration)
      try configuration.validate()
      return value
    }
  }

  /// Returns the cached day as it is stored; nil if the cache does not have it.
  func cachedDay(_ date: CalendarDate, of dataset: Dataset) throws -> Data? {
    let cache = try configured { PublishingSettings.Cache(from: &$0) }
    return try withHint {
      try PublishingRegistry.cachedDay(
        date, of: dataset, in: cache, deadline: Deadline(after: .seconds(30), on: time))
    }
  }

  /// Returns every day that the cache has.
  func cachedDays(of dataset: Dataset) throws -> [CachedDayState] {
    let cache = try configured { PublishingSettings.Cache(from: &$0) }
    return try withHint {
      try PublishingRegistry.cachedDays(of: dataset, in: cache, deadline: Deadline(after: .seconds(30), on: time))
    }
  }

  /// Opens the comparison of the dataset's cache with the database; nil if the dataset has no cache.
  func cacheChecker(of dataset: Dataset) throws -> (any CacheChecking)? {
    let publishing = try publishing("festvibes-status", of: dataset)
    return try withHint { try publishing.cacheChecker(for: dataset) }
  }

  /// Opens the checkpoints of a dataset that has them.
  /// - Parameter folder: the folder of its definition.
  func checkpoints(of dataset: Dataset, folder: String) throws -> any CheckpointStore {
    guard dataset.kept?.kind != .postgres else { return try withHint { try loading("festvibes-state").checkpoints } }
    // A file needs no bucket.
    let isFile = dataset.kept?.kind == .file && dataset.kept?.bucketKey == nil
    let raw = isFile ? RawStoreSettings(bucket: "", region: "") : try checkpointBucket()
    return try withHint {
      let backends = CheckpointBackends(
        raw, environment: environment, profiles: ProfileFiles(environment: environment))
      guard let store = try backends.store(of: dataset, folder: folder) else {
        throw CommandError("dataset \(dataset.id) has no checkpoints")
      }
      return store
    }
  }

  /// Migrates the database. An index on a table of millions of rows takes minutes, and waits for older transactions.
  func migrate(isDryRun: Bool = false, progress: (String) -> Void = { _ in }) throws -> MigrationReport {
    try loading("festvibes-migrate", within: .seconds(3600)) {
      try $0.migrate(isDryRun: isDryRun, deadline: $1, progress: progress)
    }
  }

  /// Prepares the database for embeddings.
  /// - Returns: as `EnrichingRegistry.prepare`.
  func prepareEmbeddings(progress: (String) -> Void) throws -> [String] {
    let enriching = try configured { EnrichingSettings(from: &$0, withGeocoder: false) }
    return try withHint {
      try EnrichingRegistry(enriching, applicationName: "festvibes-migrate").prepare(
        deadline: Deadline(after: .seconds(3600), on: time), progress: progress)
    }
  }

  /// Opens the ledger and the sinks.
  /// - Parameters:
  ///   - name: the connection's name on the server.
  ///   - timeout: the timeout for all of the work.
  func loading<Value>(
    _ name: String, within timeout: Duration = .seconds(30), _ work: (LoadingRegistry, Deadline) throws -> Value
  ) throws -> Value {
    try withHint { try work(loading(name), Deadline(after: timeout, on: time)) }
  }

  /// - Parameter isDatabaseOptional: true for a dataset that may run without a database.
  func loading(_ name: String, isDatabaseOptional: Bool = false) throws -> LoadingRegistry {
    let loading = try configured { LoadingSettings(from: &$0, isDatabaseOptional: isDatabaseOptional) }
    settings.log.debug("database", ["connection": .text(name)])
    return try withHint {
      try LoadingRegistry(
        loading, applicationName: name, environment: environment, profiles: ProfileFiles(environment: environment),
        configuration: settings.configuration)
    }
  }

  /// Returns the lock that a definition describes; nil if it has none. Nothing is connected yet.
  func lock(of definition: Definition) throws -> (any RunLock)? {
    try withHint {
      guard let plan = LockPlan(definition) else { return nil }
      let profiles = ProfileFiles(environment: environment)
      return try plan.dynamoDBLock(environment: environment, profiles: profiles)
        ?? loading("festvibes-lock").lock(for: definition, environment: environment)
    }
  }

  /// Adds to a problem of the settings the command that goes on.
  func withHint<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as PipelineError {
      guard error.name.isOfSettings else { throw error }
      throw CommandError(ofSettings: error)
    }
  }
}
