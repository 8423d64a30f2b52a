import APIRouting
import APISupport
import Time

/// The routes of system 003.
public enum DataRoutes {
  /// All but `/`.
  public static func all(_ database: APIDatabase, time: any TimeSource & Sendable = SystemTime()) -> [Route] {
    [
      HealthRoute(database, time: time).route, DataRoute(database, time: time).route,
      StatsRoute(database, time: time).route,
    ]
  }

  /// `/`, which lists the other routes.
  public static func root(listing routes: [Route]) -> Route { RootRoute.route(listing: routes) }
}
