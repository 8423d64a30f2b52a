import APIRouting
import Contracts
import LambdaRuntime
import Text

/// Answers the requests of an HTTP API by the router that `festvibes serve` has, too, and stores reports of runs.
public struct ReadAPIHandler {
  private let router: Router
  private let access: AccessEntries
  private let reports: RunReports

  /// - Parameter makeRouter: makes the router with the id of requests without one, and with the log.
  public init(
    reports: RunReports,
    _ makeRouter: (
      _ makeID: @escaping @Sendable () -> String, _ log: @escaping @Sendable (APILogEntry) -> Void
    ) throws -> Router
  ) rethrows {
    let access = AccessEntries()
    self.access = access
    self.reports = reports
    router = try makeRouter({ access.requestID }, { access.add($0) })
  }

  /// - Throws: only for a report, what `RunReports.write` throws. The state machine tries again, or goes on without one.
  public func handle(_ event: ReadAPIEvent, _ context: LambdaContext) throws -> ReadAPIResponse {
    switch event {
    case .request(let request): .response(respond(request, context))
    case .report(let request): .report(FunctionResponse(try reports.write(request, deadline: context.deadline)))
    }
  }

  private func respond(_ event: GatewayRequest, _ context: LambdaContext) -> GatewayResponse {
    access.begin(event.requestContext.requestId ?? context.requestID)
    var request = Self.request(event)
    let method = request.method
    // Lambda's limit is that of GET's body, so HEAD makes it, too.
    if method == "HEAD" { request.method = "GET" }
    let whole = router.response(to: request)
    var response = GatewayResponse(whole) ?? .tooLarge(whole)
    if method == "HEAD" { response = response.head(of: whole) }
    for entry in access.take() {
      context.log.log(
        entry.failure == nil ? .info : .error, "request",
        [
          "apiRequestId": .text(entry.requestID), "method": .text(method), "route": .text(entry.route ?? "none"),
          "status": .integer(response.statusCode), "bytes": .integer(entry.bytes),
          "milliseconds": .number(entry.milliseconds), "source": .text(entry.source),
          "failure": .text(entry.failure ?? "none"),
        ])
    }
    return response
  }

  /// The body is not passed on: nothing that this API reads has one.
  static func request(_ event: GatewayRequest) -> APIRequest {
    // The router resolves escapes, so that a path without them gets them again: a series' code may have a `%`.
    let isEscaped = event.requestContext.domainName?.contains(".lambda-url.") ?? false
    return APIRequest(
      method: event.requestContext.http.method,
      path: isEscaped ? event.rawPath : PercentEncoding.encode(event.rawPath, keeping: "/"),
      query: event.rawQueryString ?? "",
      headers: Dictionary(
        (event.headers ?? [:]).map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { "\($0),\($1)" }),
      source: event.requestContext.http.sourceIp ?? "")
  }
}
