import APIRouting
import APISupport
import Contracts
import JSON
import Time

/// `GET /health`: whether the database answers, and how the last run of each source ended, in system 003's shape.
struct HealthRoute {
  let database: APIDatabase

  /// A load balancer asks often, and wants to know soon.
  private static let timeout = Duration.seconds(2)

  var route: Route {
    Route("GET", "/health", access: .open, "The state: healthy, degraded, or unhealthy with status 503") { call in
      let sources: [SourceState]?
      do {
        sources = try database.read(within: Self.timeout) { _, connection, deadline in
          try SourceState.all(connection, deadline)
        }
      } catch is PipelineError {
        sources = nil
      }
      return Self.answer(sources, call)
    }
    .documented(DataDocumentation.health)
  }

  /// No database: unhealthy. No failed source: healthy, also without any source. All failed: unhealthy; else degraded.
  static func status(isConnected: Bool, sources: Int, failed: Int) -> String {
    guard isConnected else { return "unhealthy" }
    return failed == 0 ? "healthy" : failed < sources ? "degraded" : "unhealthy"
  }

  /// - Parameter sources: nil without a database.
  private static func answer(_ sources: [SourceState]?, _ call: RouteCall) -> APIResponse {
    let known = sources ?? []
    let failed = known.count { $0.hasFailed }
    let status = status(isConnected: sources != nil, sources: known.count, failed: failed)
    return APIResponse(
      status: status == "unhealthy" ? 503 : 200,
      json: [
        "status": .string(status), "timestamp": .init(time: call.now), "database_connected": .bool(sources != nil),
        "etl_checkpoints": .array(known.map(\.json)), "total_sources": .number(JSONNumber(known.count)),
        "successful_sources": .number(JSONNumber(known.count { $0.hasSucceeded })),
        "failed_sources": .number(JSONNumber(failed)),
      ])
  }
}
