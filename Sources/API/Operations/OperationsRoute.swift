import APIRouting
import APISupport
import Contracts
import FoundationEssentials

/// `GET /ops`: the operators' page. A key is the password; without a configured key, the router does not have the route.
public struct OperationsRoute: Sendable {
  private let database: APIDatabase
  private let reader: @Sendable () throws(PipelineError) -> OperationsReader

  /// The time for all queries of a page. A person waits for it.
  private static let timeout = Duration.seconds(10)

  /// - Parameter reader: makes the reader, with the definitions as they are now.
  public init(_ database: APIDatabase, reader: @escaping @Sendable () throws(PipelineError) -> OperationsReader) {
    (self.database, self.reader) = (database, reader)
  }

  public var route: Route {
    let reload = RouteParameter(
      "reload", .flag, standard: "true", "false: the page does not load itself again every minute")
    let open = RouteParameter(
      "open", .text(longest: 40),
      "The id of the part that is open from the start, on a page that does not load itself again")
    return Route("GET", "/ops", [reload, open], access: .password, "The operators' page, for a browser") { call in
      // Outside: without a database the page says so, and what to do.
      let reader = try reader()
      let report: OperationsReport
      var (status, failure): (Int, String?) = (200, nil)
      do {
        report = try database.read(within: Self.timeout) { database, _, deadline in
          try reader.report(database, now: call.now, deadline: deadline)
        }
      } catch let error as PipelineError {
        report = reader.report(without: error, now: call.now)
        (status, failure) = (503, "\(error)")
      }
      let page = OperationsPage(
        report, reload: call.flag("reload") == false ? .stopped : .bySelf, open: call.text("open") ?? "")
      var response = APIResponse(status: status, page.bytes, type: "text/html; charset=utf-8")
      response.headers["content-security-policy"] = OperationsPage.policy
      response.headers["referrer-policy"] = "no-referrer"
      response.failure = failure
      return response
    }.documented(RouteDocumentation(tag: "Operations", mediaType: "text/html", schema: ["type": "string"]))
  }
}
