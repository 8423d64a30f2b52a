import AWS
import Completion
import ConcertsSink
import Contracts
import Definitions
import EventCache
import FoundationEssentials
import Ledger
import ProcessedZone
import Projections
import Settings
import Time
import Versions

/// The publishers that this build knows. A new publisher is one line of `plugins`.
public final class PublishingRegistry {
  private struct PublisherPlugin: Plugin {
    let form: PluginForm
    /// True for a publisher of what a sink has in the ledger's database.
    var needsDatabase = false
    /// The sink with which the publisher comes; nil for one that a definition names.
    var sink: PluginForm?
    /// Returns why the publisher is left out in an environment; nil for one that publishes.
    var reasonToLeaveOut: @Sendable (_ environment: [String: String]) -> String? = { _ in nil }
    let make: @Sendable (Definition, Section, PublishingRegistry) throws(PipelineError) -> any Publisher
  }

  private static let plugins = [
    PublisherPlugin(form: EventCachePublisher.form, needsDatabase: true) {
      (definition, _, publishing) throws(PipelineError) in
      let dataset = definition.dataset
      let zone = try dataset.timeZoneRules()
      // The publisher reads what the concerts sink has stored. Plugins do not import each other, so they meet here.
      let concerts = ConcertsSink(try publishing.database, zone: zone)
      return EventCachePublisher(
        try EventCache(publishing.cache().events, zone: zone),
        reading: { (range, deadline) throws(PipelineError) in
          try concerts.events(in: range, withCancelled: true, deadline: deadline)
        },
        loadedDates: { (dates, deadline) throws(PipelineError) in
          try concerts.loadedDates(dates, of: dataset, deadline: deadline)
        },
        changedDates: { (time, deadline) throws(PipelineError) in
          try concerts.changedDates(since: time, in: dataset, deadline: deadline)
        })
    },
    PublisherPlugin(
      form: ProcessedPublisher.form, needsDatabase: true, reasonToLeaveOut: ProcessedSettings.reasonToLeaveOut
    ) { (definition, section, publishing) throws(PipelineError) in
      var configuration = publishing.configuration()
      let settings = ProcessedSettings(from: &configuration)
      try configuration.validate()
      return try ProcessedPublisher(
        settings, of: definition.dataset, types: ProcessedPublisher.types(of: section),
        reading: ProcessedTables(try publishing.database),
        session: { (region) throws(AWSError) in
          try AWSSession(environment: publishing.environment, region: region, profiles: publishing.profiles)
        })
    },
    PublisherPlugin(form: CompletionPublisher.form, reasonToLeaveOut: CompletionSettings.reasonToLeaveOut) {
      (_, section, publishing) throws(PipelineError) in
      CompletionPublisher(
        subject: section.text("subject") ?? "",
        ways: CompletionSettings.ways(
          publishing.environment, configuration: publishing.configuration,
          session: { (region) throws(AWSError) in
            try AWSSession(environment: publishing.environment, region: region, profiles: publishing.profiles)
          }))
    },
    PublisherPlugin(form: ProjectionsPublisher.form, sink: VersionedSettings.form) {
      (definition, section, publishing) throws(PipelineError) in
      var configuration = publishing.configuration()
      let topic = configuration.text(.projectionTopic)
      try configuration.validate()
      let session = { (region: String?) throws(AWSError) in
        try AWSSession(environment: publishing.environment, region: region, profiles: publishing.profiles)
      }
      let settings = VersionedSettings(section)
      let client: S3Client
      do throws(AWSError) {
        client = try S3Client(session(settings.region))
      } catch { throw PipelineError(versions: error) }
      return ProjectionsPublisher(
        settings, of: definition.dataset, objects: BucketObjects(client, bucket: settings.bucket),
        send: topic.isEmpty ? nil : ProjectionTopic(topic, session: session).send)
    },
  ]

  /// The plugins, for reading definitions.
  public static let known = KnownPlugins(
    publish: plugins.filter { $0.sink == nil }.forms,
    sinkPublishers: plugins.compactMap { plugin in plugin.sink.map { SinkPublisher(plugin.form.name, of: $0) } })

  private let settings: PublishingSettings
  private let databaseIfAny: Database?
  private let environment: [String: String]
  private let profiles: ProfileFiles?
  private let configuration: () -> Configuration
  private var publishers: [String: [any Publisher]] = [:]

  /// - Parameters:
  ///   - applicationName: the connection's name on the database server.
  ///   - environment: has the credentials and the endpoint of S3, for a dataset that is published there.
  ///   - profiles: a person's credentials; nil in a function.
  ///   - configuration: reads the environment, when a dataset is asked for that is published to S3.
  /// - Throws: `ConfigurationInvalid` for a database URL that is malformed, or whose TLS is weak. Nothing is connected yet.
  public init(
    _ settings: PublishingSettings, applicationName: String, environment: [String: String],
    profiles: ProfileFiles? = nil, configuration: @escaping () -> Configuration
  ) throws(PipelineError) {
    self.settings = settings
    self.environment = environment
    self.profiles = profiles
    self.configuration = configuration
    databaseIfAny = try settings.database.url.map { (url) throws(PipelineError) in
      try Database(
        url: url, migrations: ConcertsSink.migrations, allowsWeakTLS: settings.database.allowsWeakTLS,
        applicationName: applicationName)
    }
  }

  /// - Throws: `ConfigurationInvalid` without a database.
  private var database: Database {
    get throws(PipelineError) {
      guard let databaseIfAny else { throw settings.database.missing }
      return databaseIfAny
    }
  }

  /// Returns the parts of a definition that need a database: `the publisher event_cache`.
  public static func databaseNeeds(of definition: Definition) -> [String] {
    plugins.filter { plugin in
      plugin.needsDatabase && definition.publishers.contains { $0.plugin == plugin.form.name }
    }.map { "the publisher \($0.form.name)" }
  }

  /// Returns the dataset's publishers, without those that are left out.
  /// - Throws: `ConfigurationInvalid` for an unknown plugin; `DatabaseMissing` for a dataset that needs a database where there
  ///   is none.
  public func publishers(for definition: Definition) throws(PipelineError) -> [any Publisher] {
    if let known = publishers[definition.dataset.id] { return known }
    try settings.database.check(definition.dataset, needs: Self.databaseNeeds(of: definition))
    var made: [any Publisher] = []
    for section in definition.publishers {
      let plugin = try Self.plugins.plugin(of: section)
      guard plugin.reasonToLeaveOut(environment) == nil else { continue }
      made.append(try plugin.make(definition, section, self))
    }
    publishers[definition.dataset.id] = made
    return made
  }

  /// Returns the publishers of a definition that an environment leaves out, and why: `the publisher processed is left out: …`.
  public static func leftOut(of definition: Definition, in environment: [String: String]) -> [String] {
    definition.publishers.compactMap { section in
      guard let plugin = plugins.first(where: { $0.form.name == section.plugin }),
        let reason = plugin.reasonToLeaveOut(environment)
      else { return nil }
      return "the publisher \(plugin.form.name) is left out: \(reason)"
    }
  }

  /// True if the dataset has a cache: values that expire, and that `cacheChecker` compares.
  public static func hasCache(_ dataset: Dataset) -> Bool {
    dataset.publishers.contains(EventCachePublisher.form.name)
  }

  /// - Throws: `ConfigurationInvalid` if the settings were read without those of the cache.
  private func cache() throws(PipelineError) -> PublishingSettings.Cache {
    guard let cache = settings.cache else {
      throw PipelineError(.configurationInvalid, "REDIS_URL is not set")
    }
    return cache
  }

  /// Records in the ledger, if there is one, which items are cached until when. One statement, tried once.
  /// - Throws: an error of the database.
  public func recordCached(
    _ items: [PublishedItem], of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) {
    guard let databaseIfAny else { return }
    try Ledger(databaseIfAny).recordCached(items, of: dataset, deadline: deadline)
  }

  /// Returns a comparison of the dataset's cache with the database; nil if none of its publishers is a cache.
  /// - Throws: `ConfigurationInvalid` for an address of the cache that is malformed.
  public func cacheChecker(for dataset: Dataset) throws(PipelineError) -> (any CacheChecking)? {
    guard Self.hasCache(dataset) else { return nil }
    let zone = try dataset.timeZoneRules()
    let concerts = ConcertsSink(try database, zone: zone)
    return EventCacheChecker(
      try EventCache(cache().events, zone: zone),
      reading: { (range, deadline) throws(PipelineError) in
        try concerts.events(in: range, withCancelled: true, deadline: deadline)
      })
  }

  /// Looks at the event cache's server, and changes nothing.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public static func cacheState(
    of dataset: Dataset, in cache: PublishingSettings.Cache, deadline: Deadline
  ) throws(PipelineError) -> CacheState {
    try EventCache(cache.events, zone: dataset.timeZoneRules()).state(deadline: deadline)
  }

  /// Returns a day as the event cache has it; nil if it does not have the day.
  /// - Throws: `InvalidInput` for a dataset that is not published to the event cache. Its keys do not name a dataset, so
  ///   the day would be another dataset's.
  public static func cachedDay(
    _ date: CalendarDate, of dataset: Dataset, in cache: PublishingSettings.Cache, deadline: Deadline
  ) throws(PipelineError) -> Data? {
    try eventCache(of: dataset, in: cache).read(date, deadline: deadline)
  }

  /// Returns every day that the event cache has.
  /// - Throws: as `cachedDay`.
  public static func cachedDays(
    of dataset: Dataset, in cache: PublishingSettings.Cache, deadline: Deadline
  ) throws(PipelineError) -> [CachedDayState] {
    try eventCache(of: dataset, in: cache).days(deadline: deadline)
  }

  private static func eventCache(
    of dataset: Dataset, in cache: PublishingSettings.Cache
  ) throws(PipelineError) -> EventCache {
    guard hasCache(dataset) else {
      throw PipelineError(
        .invalidInput, "dataset \(dataset.id) has no cached days: its publishers do not include event_cache")
    }
    return try EventCache(cache.events, zone: dataset.timeZoneRules())
  }
}
