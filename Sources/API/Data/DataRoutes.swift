import APIRouting
import APISupport
import Time

/// The routes of system 003.
public enum DataRoutes {
  /// - Parameter others: the other routes, which `/` lists, too.
  public static func all(
    _ database: APIDatabase, beside others: [Route], time: any TimeSource & Sendable = SystemTime()
  ) -> [Route] {
    let own = [
      HealthRoute(database: database).route, DataRoute(database, time: time).route,
      StatsRoute(database, time: time).route,
    ]
    return [RootRoute.route(listing: own + others)] + own + others
  }
}
