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
  let cache: Cache

  /// Reads `PG_DATABASE_URL`, `PG_ALLOW_WEAK_TLS` and the settings of the cache.
  public init(from configuration: inout Configuration) {
    databaseURL = configuration.text(.databaseURL)
    allowsWeakTLS = configuration.flag(.allowWeakTLS)
    cache = Cache(from: &configuration)
  }
}
