import APIRouting
import APISupport
import FoundationEssentials
import JSON
import Postgres
import Synchronization
import Time

/// `GET /stats`: numbers of items and runs, in system 003's shape.
struct StatsRoute {
  let database: APIDatabase
  private let tables: ItemTableCache
  private let cached: StatsCache
  private static let maxAge = 30

  init(_ database: APIDatabase, time: any TimeSource & Sendable) {
    self.database = database
    tables = ItemTableCache(time: time)
    cached = StatsCache(lifetime: .seconds(Self.maxAge), time: time)
  }

  var route: Route {
    let limit = RouteParameter("limit", .integer(1...100), standard: "10", "The number of recent runs")
    return Route("GET", "/stats", [limit], maxAge: Self.maxAge, "Numbers of items, sources and runs") { call in
      let stats = try cached.stats {
        try database.read { _, connection, deadline in
          let table = try tables.table(connection, deadline)
          return Stats(
            items: table.exists ? try ItemGroup.all(table, connection, deadline) : [],
            sources: try SourceState.all(connection, deadline), runs: try RecentRun.all(connection, deadline),
            averageDuration: try RecentRun.averageDuration(connection, deadline),
            readAt: call.now)
        }
      }
      return APIResponse(json: stats.json(limit: call.integer("limit") ?? 10))
    }
    .documented(DataDocumentation.stats)
  }
}

/// The numbers as they were read last: to group a million items takes a good part of a second.
private final class StatsCache: Sendable {
  private let known = Mutex<(stats: Stats, end: Duration)?>(nil)
  private let lifetime: Duration
  private let time: any TimeSource & Sendable

  init(lifetime: Duration, time: any TimeSource & Sendable) {
    self.lifetime = lifetime
    self.time = time
  }

  func stats(orElse read: () throws -> Stats) rethrows -> Stats {
    let now = time.uptime
    if let known = known.withLock({ $0 }), known.end > now { return known.stats }
    let stats = try read()
    known.withLock { $0 = (stats, now + lifetime) }
    return stats
  }
}
