import Foundation
import TestSupport

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

/// A site on loopback whose pages have ETags: what is asked for with the page's own is answered with 304.
final class TaggedSite: Sendable {
  struct FunctionResponse: Sendable {
    var status = 200
    var body = ""
    var type = "text/html; charset=utf-8"
    /// Where the page is instead.
    var location: String?
  }

  private let answers: Locked<[String: Answer]>
  private let log = Locked<[String]>([])
  private let server: ScriptedServer

  /// - Parameter delay: how long it thinks about a page.
  init(_ answers: [String: Answer] = [:], delay: TimeInterval = 0) throws {
    let answers = Locked(answers)
    let log = log
    self.answers = answers
    server = try ScriptedServer { request in
      let answer = answers.change { $0[request.target] } ?? FunctionResponse(status: 404, body: "no such page")
      let tag = "\"\(answer.body.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF })\""
      let isKnown = answer.status == 200 && request.header("If-None-Match") == tag
      let status = isKnown ? 304 : answer.status
      log.change { $0.append("\(status) \(request.target)") }
      if isKnown { return .http(304, [("ETag", tag)], "", delay: delay) }
      let headers = [("ETag", tag), ("Content-Type", answer.type)] + (answer.location.map { [("Location", $0)] } ?? [])
      return .http(answer.status, headers, answer.body, delay: delay)
    }
  }

  var site: Site {
    get throws { try Site(server.url).orThrow() }
  }

  /// `200 /events/1`, in the order in which they came.
  var requests: [String] { log.change { $0 } }

  func forget() { log.change { $0 = [] } }

  func set(_ answer: Answer, at path: String) { answers.change { $0[path] = answer } }

  func url(_ path: String) -> String { server.url + path }

  /// As many small pages, `/p/1` and so on, and no robots.txt.
  static func pages(_ count: Int, delay: TimeInterval = 0) throws -> TaggedSite {
    try TaggedSite(
      Dictionary(uniqueKeysWithValues: (1...count).map { ("/p/\($0)", FunctionResponse(body: "<p>page \($0)</p>")) }),
      delay: delay)
  }
}

extension Optional {
  fileprivate func orThrow() throws -> Wrapped {
    guard let self else { throw POSIXError(.EINVAL) }
    return self
  }
}
