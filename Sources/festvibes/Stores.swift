import EventCache
import Foundation
import Pipeline
import Time
import Warehouse

/// The cache, as `show` reads it.
struct CachedDays {
  private let cache: EventCache

  init(_ settings: Settings) throws {
    var configuration = Configuration(environment: settings.environment)
    try settings.require("REDIS_URL")
    let redis = EventCacheSettings(from: &configuration)
    try configuration.validate()
    cache = try EventCache(redis, zone: Dataset.wwoz.timeZoneRules())
  }

  func read(_ date: CalendarDate) throws -> Data? {
    try cache.read(date, deadline: Deadline(after: .seconds(30), on: SystemTime()))
  }
}

/// The database, as `migrate` changes it.
struct Databases {
  private let warehouse: Warehouse

  init(_ settings: Settings) throws {
    warehouse = try Warehouse(
      url: try settings.require("PG_DATABASE_URL")[0], zone: Dataset.wwoz.timeZoneRules(),
      applicationName: "festvibes-migrate")
  }

  /// The names of the migrations that were applied.
  func migrate() throws -> [String] {
    try warehouse.migrate(until: Deadline(after: .seconds(600), on: SystemTime()))
  }
}
