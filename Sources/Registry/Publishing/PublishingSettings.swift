import EventCache
import Settings

/// The settings of the publishers and of the database from which they publish.
public struct PublishingSettings: Sendable {
  /// The settings of the cache alone.
  public struct Cache: Sendable {
    let events: EventCacheSettings

    /// Reads `REDIS_URL` and the variables beside it.
    public init(from configuration: inout Configuration) { events = EventCacheSettings(from: &configuration) }
  }

  let database: DatabaseSetting
  /// Nil if no dataset that needs it is to be published.
  let cache: Cache?

  /// Reads the settings of the database and of the cache. Where there is no database, the cache is not needed either: what
  /// is published to it comes from there.
  /// - Parameters:
  ///   - withCache: false for a dataset that has no cache.
  ///   - isDatabaseOptional: as `DatabaseSetting`.
  public init(from configuration: inout Configuration, withCache: Bool = true, isDatabaseOptional: Bool = false) {
    database = DatabaseSetting(from: &configuration, isOptional: isDatabaseOptional)
    cache =
      withCache && (database.url != nil || configuration.isSet(.redisURL)) ? Cache(from: &configuration) : nil
  }
}
