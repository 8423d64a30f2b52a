import Contracts
import Text
import Time

/// The one handler behind the server and behind the Lambda function: it finds the route, checks access and parameters, and
/// adds what every response has. It can be used from several threads.
public struct Router: Sendable {
  public let routes: [Route]
  private let templates: [PathTemplate]
  private let settings: RouterSettings
  private let gate: Gate
  /// The large responses that are hashed and compressed at a time: they bound the memory for it.
  let completing = Slots(Self.mostCompleting)
  static let mostCompleting = 4
  private static let completingTime = Duration.seconds(5)

  public init(_ routes: [Route], _ settings: RouterSettings) {
    // Without a key nobody could open such a route, and nobody shall know of it.
    let routes = routes.filter { !$0.access.needsConfiguredKey || !settings.keys.isEmpty }
    self.routes = routes
    templates = routes.map { PathTemplate($0.path) }
    self.settings = settings
    gate = Gate(keys: settings.keys, isPublic: settings.isPublic)
  }

  /// Answers a request. It never fails: a failure is a response with a problem document.
  /// - Parameter admit: gets the size of the body as it will be sent; a problem that it throws is the response instead.
  public func response(
    to request: APIRequest, admit: (_ bytes: Int) throws(APIProblem) -> Void = { _ in }
  ) -> APIResponse {
    let start = settings.time.uptime
    let requestID = Self.clientID(request) ?? settings.makeID()
    var (route, failure): (Route?, String?) = (nil, nil)
    var response: APIResponse
    do {
      response = try respond(request, requestID, &route)
      try complete(&response, ResponseForm(request: request, route: route, settings: settings)) {
        try respond(request, requestID, &route)
      }
      failure = response.failure
      try admit(response.body.count)
    } catch {
      let problem = error as? APIProblem
      if problem == nil { failure = "\(error)" }
      response = (problem ?? Self.problem(of: error)).response(requestID: requestID)
      ResponseForm(request: request, route: route, settings: settings).complete(&response)
    }
    response.headers["x-request-id"] = requestID
    let milliseconds = (settings.time.uptime - start).inSeconds * 1000
    // Whole milliseconds, as system 003's clients read them.
    response.headers["x-api-latency-ms"] = String(Int(max(0, milliseconds)))
    settings.log(
      APILogEntry(
        requestID: requestID, method: request.method, route: route?.path, status: response.status,
        bytes: response.body.count, milliseconds: milliseconds, source: request.source, failure: failure))
    return response
  }

  /// - Parameter again: makes the response once more: a large one is dropped while it waits, as all together would need
  ///   too much memory.
  /// - Throws: status 503 if the others take too long; what `again` throws.
  private func complete(
    _ response: inout APIResponse, _ form: ResponseForm, again: () throws -> APIResponse
  ) throws {
    guard response.body.count > APIResponse.small else { return form.complete(&response) }
    let isFree = completing.take(within: .zero)
    if !isFree {
      response.body = []
      guard completing.take(within: Self.completingTime) else { throw APIProblem.busy }
    }
    defer { completing.give() }
    if !isFree { response = try again() }
    form.complete(&response)
  }

  private func respond(_ request: APIRequest, _ requestID: String, _ route: inout Route?) throws -> APIResponse {
    // About the server, not about a resource (RFC 9110, 9.3.7).
    if request.method == "OPTIONS", request.path == "*" {
      return APIResponse(status: 204, headers: ["allow": "GET, HEAD"])
    }
    guard let path = Self.segments(of: request.path) else {
      throw APIProblem(400, "The path has a broken escape; write it in UTF-8 with %XX")
    }
    let found = matches(path)
    guard let first = found.first else {
      throw APIProblem(404, "There is no such resource; GET / lists those that there are")
    }
    if request.method == "OPTIONS", !settings.corsOrigins.isEmpty {
      // The page of a person is not for scripts of other sites: its response gets no CORS headers.
      route = first.route
      return APIResponse(status: 204, headers: ["allow": allowed(found)])
    }
    let method = request.method == "HEAD" ? "GET" : request.method
    guard let match = found.first(where: { $0.route.method == method }) else {
      route = first.route
      throw APIProblem(405, "\(first.route.path) does not take this method", headers: ["allow": allowed(found)])
    }
    route = match.route
    try gate.admit(request, to: match.route)
    guard let query = RouteInput.pairs(of: request.query) else {
      throw APIProblem(400, "The query has a broken escape; write it in UTF-8 with %XX")
    }
    let input = try RouteInput(path: match.values, query: query, of: match.route)
    return try match.route.handler(
      RouteCall(
        request: request, requestID: requestID, now: settings.time.now, path: match.route.path, values: input.values))
  }

  private typealias Match = (route: Route, values: [String: String])

  /// The routes that a path fits. Of `/events/today` and `/events/{id}` only the first.
  private func matches(_ path: [String]) -> [Match] {
    let found = routes.indices.compactMap { index in
      templates[index].values(of: path).map { (index, (route: routes[index], values: $0)) }
    }
    let fewest = found.map { templates[$0.0].parameterCount }.min()
    return found.filter { templates[$0.0].parameterCount == fewest }.map(\.1)
  }

  private func allowed(_ matches: [Match]) -> String {
    let methods = matches.map(\.route.method)
    return (methods.contains("GET") ? ["HEAD"] + methods : methods).sorted().joined(separator: ", ")
  }

  private static func segments(of path: String) -> [String]? {
    guard path.hasPrefix("/") else { return nil }
    var segments: [String] = []
    for segment in PathTemplate.cut(path) {
      guard let text = PercentEncoding.decodeStrictly(segment) else { return nil }
      segments.append(text)
    }
    return segments
  }

  /// The client's own id, if it is one that a log can show.
  private static func clientID(_ request: APIRequest) -> String? {
    guard let id = request.headers["x-request-id"], (1...128).contains(id.utf8.count),
      id.utf8.allSatisfy({
        $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
      })
    else { return nil }
    return id
  }

  /// The client learns what cannot be read, and whether it may try again; the log says what failed.
  private static func problem(of error: any Error) -> APIProblem {
    let log = "the log has the reason under this request_id"
    guard let name = (error as? PipelineError)?.name else { return APIProblem(500, "The request failed; \(log)") }
    guard name.isRetryable else {
      return APIProblem(
        500,
        name == .schemaMismatch
          ? "The database is not as this server expects it, which `festvibes migrate` by its operator may end; \(log)"
          : "The request failed; \(log)")
    }
    let what =
      switch name {
      case .databaseUnavailable, .databaseConflict: "The database cannot answer"
      case .storageUnavailable: "The object storage cannot answer"
      case .deadlineExceeded: "The data could not be read in time"
      default: "What this reads from cannot answer"
      }
    return APIProblem(503, "\(what) at the moment; try again", headers: ["retry-after": "5"])
  }
}
