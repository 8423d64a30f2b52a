import Foundation
import Time

/// The cache, as `show` reads it.
struct CachedDays {
  private let url: String

  init(_ settings: Settings) throws { url = try settings.require("REDIS_URL")[0] }

  func read(_ date: CalendarDate) throws -> Data? { throw CommandError("the cache cannot be read yet") }
}

/// The database, as `migrate` changes it.
struct Databases {
  private let url: String

  init(_ settings: Settings) throws { url = try settings.require("PG_DATABASE_URL")[0] }

  /// The names of the migrations that were applied.
  func migrate() throws -> [String] { throw CommandError("the database cannot be migrated yet") }
}
