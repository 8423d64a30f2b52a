import APIRouting
import JSON

/// `GET /`: what the API has.
enum RootRoute {
  /// - Parameter routes: the other routes.
  static func route(listing routes: [Route]) -> Route {
    let paths = Set(routes.map(\.path))
    let entries = routes.filter { $0.access != .password }.map { ($0.path, JSONValue.string($0.summary)) }
    let links = [("docs", "/docs"), ("openapi", "/openapi.json"), ("health", "/health")].filter { paths.contains($0.1) }
    let document: [(String, JSONValue)] =
      [("message", "FestVibes ETL API"), ("version", "1")] + links.map { ($0.0, .string($0.1)) }
      + [("endpoints", .object(JSONObject(entries)))]
    return Route("GET", "/", access: .open, maxAge: 300, "The list of what there is") { _ in
      APIResponse(json: .object(JSONObject(document)))
    }
    .documented(DataDocumentation.root)
  }
}
