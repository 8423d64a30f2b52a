import APIData
import APIDocument
import APIEvents
import APIRouting
import APISupport
import Contracts
import Ledger
import Time

/// The registry of the read API: the one place that names the folders of routes. The server and the function take the
/// router that it makes.
public enum APIRoutes {
  /// The routes that only some programs have.
  public struct Others {
    /// The schema's steps, for routes that compare them.
    public var migrations: [Migration] = []
    /// Opens a dataset's versions; nil where there is no bucket of series.
    public var series: SeriesRoute.Opening?
    /// Makes further routes that read the database.
    public var routes: (APIDatabase) -> [Route] = { _ in [] }

    public init() {}
  }

  /// - Parameters:
  ///   - connections: the most connections to the database at a time.
  ///   - makeID: makes the id of a request that has none.
  ///   - log: called after each request.
  /// - Throws: `ConfigurationInvalid` for a wrong database URL. Nothing is connected yet.
  public static func router(
    _ settings: APISettings, connections: Int, others: Others = Others(),
    time: any TimeSource & Sendable = SystemTime(), makeID: @escaping @Sendable () -> String,
    log: @escaping @Sendable (APILogEntry) -> Void
  ) throws(PipelineError) -> Router {
    let database = try APIDatabase(
      url: settings.databaseURL, allowsWeakTLS: settings.allowsWeakTLS, connections: connections,
      migrations: others.migrations, time: time)
    return Router(
      all(database, others, isPublic: settings.isPublic, time: time),
      RouterSettings(
        keys: settings.keys, isPublic: settings.isPublic, corsOrigins: settings.corsOrigins, time: time,
        makeID: makeID, log: log))
  }

  /// All routes, in the order of the documentation.
  static func all(
    _ database: APIDatabase, _ others: Others, isPublic: Bool, time: any TimeSource & Sendable
  ) -> [Route] {
    let product = EventRoutes.all(database, series: others.series) + others.routes(database)
    let documents = DocumentRoutes.all(
      of: product + DataRoutes.all(database, beside: [], time: time), isPublic: isPublic)
    return DataRoutes.all(database, beside: product + documents, time: time)
  }
}
