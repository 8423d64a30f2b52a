import Time

/// The router's configuration and what it must not make itself: time, ids, the log.
public struct RouterSettings: Sendable {
  public var keys: APIKeys
  /// True if routes for clients with a key are open to everybody.
  public var isPublic: Bool
  /// The origins whose pages may read the API; `*` for all. None without it.
  public var corsOrigins: [String]
  public var time: any TimeSource & Sendable
  /// Makes the id of a request that has none.
  public var makeID: @Sendable () -> String
  /// Called after each request.
  public var log: @Sendable (APILogEntry) -> Void

  public init(
    keys: APIKeys = APIKeys(), isPublic: Bool = false, corsOrigins: [String] = [],
    time: any TimeSource & Sendable = SystemTime(), makeID: @escaping @Sendable () -> String,
    log: @escaping @Sendable (APILogEntry) -> Void = { _ in }
  ) {
    self.keys = keys
    self.isPublic = isPublic
    self.corsOrigins = corsOrigins
    self.time = time
    self.makeID = makeID
    self.log = log
  }
}

/// The facts of a request for the access log. It has neither the query nor headers: both may hold secrets.
public struct APILogEntry: Sendable {
  public let requestID: String
  public let method: String
  /// The route's path: `/runs/{id}`; nil for none.
  public let route: String?
  public let status: Int
  /// The size of the body, as sent.
  public let bytes: Int
  public let milliseconds: Double
  public let source: String
  /// The failure behind a status 500 or 503 or a degraded state, and why a server refused what it could not read.
  public let failure: String?

  public init(
    requestID: String, method: String, route: String?, status: Int, bytes: Int, milliseconds: Double, source: String,
    failure: String?
  ) {
    self.requestID = requestID
    self.method = method
    self.route = route
    self.status = status
    self.bytes = bytes
    self.milliseconds = milliseconds
    self.source = source
    self.failure = failure
  }
}
