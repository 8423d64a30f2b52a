import APIRouting
import APISupport
import Contracts
import FoundationEssentials
import JSON
import Postgres
import Time

/// `GET /health`: whether the database answers, and how the last run of each source ended, in system 003's shape.
struct HealthRoute {
  /// The result of a look at the database.
  private enum Found: Sendable {
    case sources([SourceState])
    /// Every connection of this server reads for another request, or the database accepts the connection and does not
    /// answer in time.
    case busy(cause: String?)
    /// There is no connection, or what the database has cannot be read: it is not migrated, say.
    case unreadable(isConnected: Bool, cause: String)
  }

  private let database: APIDatabase
  private let kept: KeptValue<(found: Found, at: Date)>

  /// A load balancer asks often, and wants to know soon.
  private static let timeout = Duration.seconds(2)
  /// Everybody may ask, and each response reads the whole ledger.
  private static let lifetime = Duration.seconds(3)

  init(_ database: APIDatabase, time: any TimeSource & Sendable) {
    self.database = database
    kept = KeptValue(lifetime: Self.lifetime, time: time)
  }

  var route: Route {
    Route("GET", "/health", access: .open, "The state: healthy, degraded, or unhealthy with status 503") { call in
      let (found, time) = try kept.value { (try look(), call.now) }
      return Self.response(found, time)
    }
    .documented(DataDocumentation.health)
  }

  private func look() throws -> Found {
    var isConnected = false
    do {
      let sources = try database.readIfFree(within: Self.timeout) { _, connection, deadline in
        isConnected = false
        try connection.open(deadline: deadline)
        isConnected = true
        return try SourceState.all(connection, deadline)
      }
      return sources.map { .sources($0) } ?? .busy(cause: nil)
    } catch let error as PipelineError where error.name == .deadlineExceeded && isConnected {
      return .busy(cause: "\(error)")
    } catch let error as PipelineError {
      return .unreadable(isConnected: isConnected, cause: "\(error)")
    }
  }

  /// No failed source: healthy, also without any source. All failed: unhealthy; else degraded.
  static func status(sources: Int, failed: Int) -> String {
    failed == 0 ? "healthy" : failed < sources ? "degraded" : "unhealthy"
  }

  private static func response(_ found: Found, _ time: Date) -> APIResponse {
    var (known, isConnected, cause): ([SourceState], Bool, String?) = ([], true, nil)
    var status: String?
    switch found {
    case .sources(let sources): known = sources
    case .busy(let reason): (status, cause) = ("degraded", reason)
    case .unreadable(let isOpen, let reason): (status, isConnected, cause) = ("unhealthy", isOpen, reason)
    }
    let failed = known.count { $0.hasFailed }
    let shown = status ?? Self.status(sources: known.count, failed: failed)
    var response = APIResponse(
      status: shown == "unhealthy" ? 503 : 200,
      json: [
        "status": .string(shown), "timestamp": .init(time: time), "database_connected": .bool(isConnected),
        "etl_checkpoints": .array(known.map(\.json)), "total_sources": .number(JSONNumber(known.count)),
        "successful_sources": .number(JSONNumber(known.count { $0.hasSucceeded })),
        "failed_sources": .number(JSONNumber(failed)),
      ])
    response.failure = cause
    return response
  }
}
