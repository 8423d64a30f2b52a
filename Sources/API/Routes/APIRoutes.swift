import APIData
import APIRouting
import APISupport
import Contracts
import Time

/// The registry of the read API: the one place that names the folders of routes. The server and the function take the
/// router that it makes.
public enum APIRoutes {
  /// - Parameters:
  ///   - connections: the most connections to the database at a time.
  ///   - makeID: makes the id of a request that has none.
  ///   - log: called after each request.
  /// - Throws: `ConfigurationInvalid` for a wrong database URL. Nothing is connected yet.
  public static func router(
    _ settings: APISettings, connections: Int, time: any TimeSource & Sendable = SystemTime(),
    makeID: @escaping @Sendable () -> String, log: @escaping @Sendable (APILogEntry) -> Void
  ) throws(PipelineError) -> Router {
    let database = try APIDatabase(
      url: settings.databaseURL, allowsWeakTLS: settings.allowsWeakTLS, connections: connections, time: time)
    return Router(
      DataRoutes.all(database, beside: [], time: time),
      RouterSettings(
        keys: settings.keys, isPublic: settings.isPublic, corsOrigins: settings.corsOrigins, time: time,
        makeID: makeID, log: log))
  }
}
