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

  let databaseURL: String
  let allowsWeakTLS: Bool
  /// Nil if no dataset that needs it is to be published.
  let cache: Cache?

  /// Reads `PG_DATABASE_URL`, `PG_ALLOW_WEAK_TLS` and the settings of the cache.
  /// - Parameter withCache: false for a dataset that has no cache.
  public init(from configuration: inout Configuration, withCache: Bool = true) {
    databaseURL = configuration.text(.databaseURL)
    allowsWeakTLS = configuration.flag(.allowWeakTLS)
    cache = withCache ? Cache(from: &configuration) : nil
  }
}
