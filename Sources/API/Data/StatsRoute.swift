import APIRouting
import APISupport
import FoundationEssentials
import JSON
import Postgres
import Time

/// `GET /stats`: numbers of items and runs, in system 003's shape.
struct StatsRoute {
  let database: APIDatabase
  private let tables: ItemTableCache
  /// To group a million items takes a good part of a second.
  private let kept: KeptValue<Stats>
  private static let maxAge = 30

  init(_ database: APIDatabase, time: any TimeSource & Sendable) {
    self.database = database
    tables = ItemTableCache(time: time)
    kept = KeptValue(lifetime: .seconds(Self.maxAge), time: time)
  }

  var route: Route {
    let limit = RouteParameter("limit", .integer(1...100), standard: "10", "The number of recent runs")
    return Route("GET", "/stats", [limit], maxAge: Self.maxAge, "Numbers of items, sources and runs") { call in
      let stats = try kept.value {
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
