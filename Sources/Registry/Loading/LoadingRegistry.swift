import AWS
import ConcertsSink
import Contracts
import Definitions
import DynamoDBSink
import Expectations
import JSONLinesSink
import KinesisSink
import Ledger
import Locking
import ObjectsSink
import PostgresSink
import RawStore
import Routing
import Settings
import Time
import VersionedSink
import Versions

/// The sinks that this build knows, and the ledger and the locks beside them. A new sink is one line of `plugins`.
public final class LoadingRegistry {
  struct SinkPlugin: Plugin {
    let form: PluginForm
    /// True for a sink in the ledger's database.
    var needsDatabase = false
    /// As `Sink.keepsRecords`.
    var keepsRecords = true
    /// True for a sink that deletes what it counts as cancelled. Another one keeps that with a mark, or cancels nothing.
    var deletesCancelled = false
    /// Returns why the sink of a section is left out; nil for one that loads.
    var reasonToLeaveOut: @Sendable (Section) -> String? = { _ in nil }
    let make: @Sendable (Definition, Section, LoadingRegistry, inout Configuration) throws(PipelineError) -> any Sink
  }

  static let plugins = [
    SinkPlugin(form: ConcertsSink.form, needsDatabase: true) {
      (definition, section, loading, settings) throws(PipelineError) in
      guard !definition.isIncremental else {
        throw PipelineError(
          .configurationInvalid,
          "\(definition.file): extract.incremental: a document has what has changed only, and the sink "
            + "\(ConcertsSink.form.name) cancels what it lacks: delete it")
      }
      guard definition.windowInDays == nil else {
        throw PipelineError(
          .configurationInvalid,
          "\(definition.file): windowInDays: it leaves out what is older, and the sink \(ConcertsSink.form.name) cancels what a "
            + "document lacks: delete it")
      }
      return ConcertsSink(
        try loading.database, zone: try definition.dataset.timeZoneRules(),
        minimumListingRatio: ConcertsSink.minimumListingRatio(from: &settings, section))
    },
    SinkPlugin(form: PostgresSink.form, needsDatabase: true) {
      (definition, section, loading, _) throws(PipelineError) in
      try PostgresSink(loading.database, dataset: definition.dataset, section: section)
    },
    SinkPlugin(
      form: KinesisSink.form, keepsRecords: KinesisSink.keepsRecords, reasonToLeaveOut: KinesisSink.reasonToLeaveOut
    ) {
      (definition, section, loading, _) throws(PipelineError) in
      try KinesisSink(definition.dataset, section: section, session: loading.session)
    },
    SinkPlugin(form: DynamoDBSink.form, deletesCancelled: true, reasonToLeaveOut: DynamoDBSink.reasonToLeaveOut) {
      (_, section, loading, _) throws(PipelineError) in
      try DynamoDBSink(section: section, session: loading.session(in:))
    },
    SinkPlugin(form: LinesSettings.form, keepsRecords: JSONLinesSink.keepsRecords) {
      (definition, section, loading, _) throws(PipelineError) in
      try JSONLinesSink(definition.dataset, settings: LinesSettings(section), session: loading.session(in:))
    },
    SinkPlugin(form: ObjectsSink.form) { (_, section, loading, _) throws(PipelineError) in
      try ObjectsSink(section: section, session: loading.session(in:))
    },
    SinkPlugin(form: VersionedSettings.form) { (definition, section, loading, _) throws(PipelineError) in
      try VersionedSink(
        definition.dataset, section: section, windowInDays: definition.windowInDays, session: loading.session(in:))
    },
  ]

  private static let forms = plugins.map(\.form.withFilter)

  /// The sinks alone, for a reader of definitions that asks only where a dataset is stored.
  public static let knownSinks = KnownPlugins(load: forms)

  /// The plugins, for reading definitions.
  public static let known = KnownPlugins(
    load: forms, expect: DocumentExpectations.forms, readsState: true, lock: .lock)

  /// The names of the sinks that delete what they count as cancelled.
  public static let deletingSinks = plugins.filter(\.deletesCancelled).map(\.form.name)

  /// The names of the sinks in the ledger's database.
  public static let databaseSinks = plugins.filter(\.needsDatabase).map(\.form.name)

  /// The ledger of runs, in the database that the Postgres sinks share; nil without a database.
  public let ledgerIfAny: Ledger?
  private let configuration: () -> Configuration
  private let environment: [String: String]
  private let profiles: ProfileFiles?
  let databaseSetting: DatabaseSetting
  let databaseIfAny: Database?
  private var sinks: [String: [any Sink]] = [:]
  private var archive: StreamArchive?
  private var locks: [String: any RunLock] = [:]
  private var expectations: [String: DocumentExpectations] = [:]

  /// - Parameters:
  ///   - applicationName: the connection's name on the server.
  ///   - configuration: reads the environment. It is called once for each dataset that is asked for, so that wrong settings
  ///     of one dataset's sinks stop neither another dataset nor the ledger.
  ///   - environment: has the credentials, the region and the endpoints of AWS, for sinks there.
  ///   - profiles: the shared files of a person's machine; nil to ignore them.
  /// - Throws: `ConfigurationInvalid` for a database URL that is malformed, or whose TLS is weak. Nothing is connected yet.
  public init(
    _ settings: LoadingSettings, applicationName: String, environment: [String: String] = [:],
    profiles: ProfileFiles? = nil, configuration: @escaping () -> Configuration
  ) throws(PipelineError) {
    self.configuration = configuration
    self.environment = environment
    self.profiles = profiles
    databaseSetting = settings.database
    databaseIfAny = try settings.database.url.map { (url) throws(PipelineError) in
      try Database(
        url: url, migrations: ConcertsSink.migrations, allowsWeakTLS: settings.database.allowsWeakTLS,
        applicationName: applicationName)
    }
    ledgerIfAny = databaseIfAny.map(Ledger.init)
  }

  /// Returns the dataset's sinks, in the order in which they load, without those that are left out. Those of the ledger's
  /// database are the last: what they count as new is then in all of them.
  /// - Throws: `ConfigurationInvalid` for an unknown plugin, with all problems of the sinks' settings, or if all sinks are left
  ///   out.
  public func sinks(for definition: Definition) throws(PipelineError) -> [any Sink] {
    if let known = sinks[definition.dataset.id] { return known }
    var settings = configuration()
    var (made, last): ([any Sink], [any Sink]) = ([], [])
    for section in definition.sinks {
      let plugin = try Self.plugins.plugin(of: section)
      guard plugin.reasonToLeaveOut(section) == nil else { continue }
      let sink = FilteredSink.narrowing(
        try plugin.make(definition, section, self, &settings), to: RecordFilter(section))
      if sink.isInDatabase { last.append(sink) } else { made.append(sink) }
    }
    made += last
    try settings.validate()
    if made.isEmpty, let reason = Self.leftOut(of: definition).first {
      throw PipelineError(.configurationInvalid, "\(definition.file): no record would be loaded anywhere: \(reason)")
    }
    sinks[definition.dataset.id] = made
    return made
  }

  /// Returns the sections of the sinks that keep a definition's records; if none does, of all that are not left out.
  public static func keepingSections(of definition: Definition) -> [Section] {
    let loading = definition.sinks.compactMap { section in
      plugins.first { $0.form.name == section.plugin && $0.reasonToLeaveOut(section) == nil }.map { (section, $0) }
    }
    let keeping = loading.filter(\.1.keepsRecords)
    return (keeping.isEmpty ? loading : keeping).map(\.0)
  }

  /// Returns the sinks of a definition that are left out, and why: `the sink kinesis is left out: stream is empty: …`.
  public static func leftOut(of definition: Definition) -> [String] {
    definition.sinks.compactMap { section in
      guard let reason = plugins.first(where: { $0.form.name == section.plugin })?.reasonToLeaveOut(section) else {
        return nil
      }
      return "the sink \(section.plugin ?? "") is left out: \(reason)"
    }
  }

  private func session() throws(AWSError) -> AWSSession { try session(in: nil) }

  /// - Parameter region: nil for the environment's.
  private func session(in region: String?) throws(AWSError) -> AWSSession {
    try AWSSession(environment: environment, region: region, profiles: profiles)
  }

  /// Returns the store of what a Kinesis stream has, the same for each batch. Nothing is connected yet.
  /// - Parameter raw: the process's raw store.
  /// - Throws: `ConfigurationInvalid`.
  public func streamStore(_ raw: RawStore) throws(PipelineError) -> any StreamStore {
    if let archive { return archive }
    var settings = configuration()
    let queue = settings.text(.streamFailures)
    try settings.validate()
    let letters = DeadLetterQueue(queue) { [environment, profiles] () throws(AWSError) in
      try AWSSession(environment: environment, profiles: profiles)
    }
    let made = StreamArchive(raw, deadLetters: queue.isEmpty ? nil : letters.send)
    archive = made
    return made
  }

  /// Returns the dataset's expectations of its documents; nil if it has none.
  /// - Parameter isDryRun: true if the database must not be migrated.
  /// - Throws: `ConfigurationInvalid`.
  public func expectations(
    for definition: Definition, isDryRun: Bool = false
  ) throws(PipelineError) -> DocumentExpectations? {
    guard !definition.expectations.isEmpty else { return nil }
    if let known = expectations[definition.dataset.id] { return known }
    let made = try DocumentExpectations(definition) {
      [ledgerIfAny] (target, listedAt, count, ignoresEmpty, deadline) throws(PipelineError) in
      // `check` refuses such rules where there is none.
      guard let ledgerIfAny else { return [] }
      return try ledgerIfAny.earlierCounts(
        of: target, listedAt: listedAt, last: count, ignoresEmpty: ignoresEmpty, migrates: !isDryRun,
        deadline: deadline)
    }
    expectations[definition.dataset.id] = made
    return made
  }

  /// Returns the dataset's lock. Nothing is connected yet.
  /// - Parameter environment: has the credentials and the endpoint of DynamoDB.
  /// - Returns: nil if runs of the dataset may overlap.
  /// - Throws: `ConfigurationInvalid`.
  public func lock(
    for definition: Definition, environment: [String: String]
  ) throws(PipelineError) -> (any RunLock)? {
    guard let plan = LockPlan(definition) else { return nil }
    if let known = locks[definition.dataset.id] { return known }
    var lock: (any RunLock)? = try plan.dynamoDBLock(environment: environment)
    if lock == nil { lock = PostgresLock(try ledger, key: plan.key, timeout: plan.timeout) }
    locks[definition.dataset.id] = lock
    return lock
  }

  /// Returns the number of current records of each item, by its id, from the sinks that count them; nothing if none does.
  public func storedCounts(
    of items: [WorkItem], in definition: Definition, deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    try DatasetSinks(sinks(for: definition)).storedCounts(of: items, in: definition.dataset, deadline: deadline)
  }
}
