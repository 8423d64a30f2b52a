import APIData
import APIDocument
import APIEvents
import APIRouting
import APISupport
import Contracts
import Time

/// The registry of the read API: the one place that names the folders of routes. The server and the function take the
/// router that it makes.
public enum APIRoutes {
  /// The routes that only some programs have.
  public struct Others {
    /// Opens a dataset's versions; nil where there is no bucket of series.
    public var series: SeriesRoute.Opening?
    /// Makes further routes that read the database.
    public var routes: (APIDatabase) -> [Route] = { _ in [] }

    public init() {}
  }

  /// - Parameters:
  ///   - database: what the routes read.
  ///   - makeID: makes the id of a request that has none.
  ///   - log: called after each request.
  public static func router(
    _ settings: APISettings, _ database: APIDatabase, others: Others = Others(),
    time: any TimeSource & Sendable = SystemTime(), makeID: @escaping @Sendable () -> String,
    log: @escaping @Sendable (APILogEntry) -> Void
  ) -> Router {
    let routes = all(database, others, isPublic: settings.isPublic, hasKeys: !settings.keys.isEmpty, time: time)
    let hasSearch = routes.contains { $0.path == MissingSearch.path }
    return Router(
      routes + (hasSearch ? [] : [MissingSearch.route]),
      RouterSettings(
        keys: settings.keys, isPublic: settings.isPublic, corsOrigins: settings.corsOrigins, time: time,
        makeID: makeID, log: log))
  }

  /// All routes, in the order of the documentation.
  static func all(
    _ database: APIDatabase, _ others: Others, isPublic: Bool, hasKeys: Bool, time: any TimeSource & Sendable
  ) -> [Route] {
    // What nobody can open is not listed either.
    let product = (EventRoutes.all(database, series: others.series) + others.routes(database)).filter {
      hasKeys || !$0.access.needsConfiguredKey
    }
    let data = DataRoutes.all(database, time: time)
    let documents = DocumentRoutes.all(of: product + [DataRoutes.root(listing: [])] + data, isPublic: isPublic)
    let others = data + product + documents
    return [DataRoutes.root(listing: others)] + others
  }
}
