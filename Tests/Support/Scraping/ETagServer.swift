import Fetching
import Foundation
import TestSupport

/// A server on loopback whose pages have ETags: a request with the page's own ETag gets 304.
package final class ETagServer: Sendable {
  package struct Response: Sendable {
    package var status: Int
    package var body: String
    package var type: String
    /// The target of a redirect.
    package var location: String?

    package init(
      status: Int = 200, body: String = "", type: String = "text/html; charset=utf-8", location: String? = nil
    ) {
      self.status = status
      self.body = body
      self.type = type
      self.location = location
    }
  }

  private let responses: Locked<[String: Response]>
  private let log = Locked<[String]>([])
  private let server: ScriptedServer

  /// - Parameter delay: the seconds before each response.
  package init(_ responses: [String: Response] = [:], delay: TimeInterval = 0) throws {
    let responses = Locked(responses)
    let log = log
    self.responses = responses
    server = try ScriptedServer { request in
      let response = responses.change { $0[request.target] } ?? Response(status: 404, body: "no such page")
      let tag = "\"\(response.body.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF })\""
      let isKnown = response.status == 200 && request.header("If-None-Match") == tag
      let status = isKnown ? 304 : response.status
      log.change { $0.append("\(status) \(request.target)") }
      if isKnown { return .http(304, [("ETag", tag)], "", delay: delay) }
      let location = response.location.map { [("Location", $0)] } ?? []
      let headers = [("ETag", tag), ("Content-Type", response.type)] + location
      return .http(response.status, headers, response.body, delay: delay)
    }
  }

  package var site: Site {
    get throws {
      guard let site = Site(server.url) else { throw POSIXError(.EINVAL) }
      return site
    }
  }

  /// `200 /events/1`, in the order of the requests.
  package var requests: [String] { log.change { $0 } }

  /// The requests with their headers.
  package var received: [ScriptedServer.Request] { server.requests }

  package func forget() { log.change { $0 = [] } }

  package func set(_ response: Response, at path: String) { responses.change { $0[path] = response } }

  package func url(_ path: String) -> String { server.url + path }

  /// A server of small pages, `/p/1` and so on, without a robots.txt.
  package static func pages(_ count: Int, delay: TimeInterval = 0) throws -> ETagServer {
    try ETagServer(
      Dictionary(uniqueKeysWithValues: (1...count).map { ("/p/\($0)", Response(body: "<p>page \($0)</p>")) }),
      delay: delay)
  }
}
