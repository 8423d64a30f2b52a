import Foundation
import HTTP
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import Fetching

struct HTTPPageSourceTests {
  private let date = Date(timeIntervalSince1970: 1_717_142_400)
  private let policy = makePolicy(site)

  private func policy(_ server: ScriptedServer) throws -> FetchPolicy { makePolicy(try #require(Site(server.url))) }

  private func outcome(_ status: Int = 200, type: String? = "text/html; charset=utf-8") -> Result<Page, FetchError> {
    var headers: HTTPHeaders = ["Content-Length": "1"]
    headers["Content-Type"] = type
    let response = PageResponse(
      url: "http://x/", status: status, headers: headers, body: Data("x".utf8), fetchedAt: date)
    return Result { () throws(FetchError) in try response.page(validated: date, accepting: policy) }
  }

  private func reason(_ outcome: Result<Page, FetchError>) -> FetchError.Reason? {
    if case .failure(let error) = outcome { return error.reason }
    return nil
  }

  @Test(
    "Each status has its reason",
    arguments: [
      (200, nil), (203, nil), (429, .throttled), (404, .missing), (410, .missing), (500, .unavailable),
      (503, .unavailable), (401, .refused), (403, .refused), (302, .unavailable),
    ] as [(Int, FetchError.Reason?)])
  func statuses(status: Int, expected: FetchError.Reason?) {
    #expect(reason(outcome(status)) == expected)
  }

  @Test("A response of another media type than the policy's is unusable")
  func types() throws {
    #expect(reason(outcome(type: "application/json")) == .unusable)
    #expect(reason(outcome(type: "image/png")) == .unusable)
    #expect(try outcome(type: nil).get().charset == nil)
    #expect(try outcome(type: "TEXT/HTML;Charset=\"ISO-8859-1\"").get().charset == "iso-8859-1")
    #expect(try outcome(type: "application/xhtml+xml").get().body == Data("x".utf8))
    guard case .failure(let error) = outcome(type: "image/png") else { throw POSIXError(.EINVAL) }
    #expect(error.detail == "its media type is 'image/png', not text/html or application/xhtml+xml")
  }

  @Test("Each source has its own media types")
  func otherTypes() throws {
    func read(_ type: String, _ accepted: [String]) throws -> Page {
      try PageResponse(
        url: "http://x/", status: 200, headers: ["Content-Type": type, "X-WP-Total": "7"], body: Data("{}".utf8),
        fetchedAt: date
      ).page(validated: date, accepting: makePolicy(site, mediaTypes: accepted))
    }
    let page = try read("application/json; charset=UTF-8", ["application/json"])
    #expect(page.status == 200 && page.headers["x-wp-total"] == "7" && page.charset == "utf-8")
    #expect(throws: FetchError.self) { try read("text/html", ["application/json"]) }
    #expect(try read("text/csv", []).body == Data("{}".utf8))
    #expect(makePolicy(site, mediaTypes: []).accept == "*/*")
    #expect(makePolicy(site).accept == "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1")
  }

  @Test(
    "Each failure of the transport has its reason",
    arguments: [
      (.timedOut, .timedOut), (.tooLarge, .tooLarge), (.connection, .unavailable), (.interrupted, .unavailable),
      (.tls, .unavailable),
    ] as [(HTTPError.Kind, FetchError.Reason)])
  func errors(kind: HTTPError.Kind, expected: FetchError.Reason) {
    #expect(FetchError(HTTPError(kind, url: "http://x/", detail: "d"), Redactor(policy)).reason == expected)
  }

  @Test("A request has the User-Agent, the media types, and nothing conditional")
  func request() throws {
    let server = try ScriptedServer(replies: [.http(200, [("Content-Type", "text/html")], "<p>x</p>")])
    defer { server.stop() }
    var policy = try policy(server)
    policy.userAgent = "example-reader/1.0"
    policy.headers = ["Accept-Language": "en-US"]
    let outcomes = HTTPPageSource(policy).send(
      [FetchRequest("\(server.url)/a?b=c")], deadline: .none(on: SystemTime()))
    let response = try outcomes[0].get()
    #expect(response.url == "\(server.url)/a?b=c")
    #expect(response.status == 200)
    #expect(response.headers["Content-Type"] == "text/html")
    #expect(response.body == Data("<p>x</p>".utf8))
    let request = try #require(server.requests.first)
    #expect(request.target == "/a?b=c")
    #expect(request.header("User-Agent") == "example-reader/1.0")
    #expect(request.header("Accept")?.hasPrefix("text/html,") == true)
    #expect(request.header("Accept-Language") == "en-US")
    #expect(request.header("Accept-Encoding")?.contains("gzip") == true)
    #expect(request.header("If-None-Match") == nil)
    #expect(request.header("If-Modified-Since") == nil)
  }

  @Test("A request may have a method, headers and a body of its own")
  func otherMethods() throws {
    let server = try ScriptedServer(replies: [.http(201, [("Link", "</2>; rel=next")], "{}")])
    defer { server.stop() }
    let request = FetchRequest(
      "\(server.url)/search", method: "POST", headers: ["Accept": "application/json", "X-Page": "2"],
      body: Data("{\"q\":1}".utf8))
    let response = try HTTPPageSource(policy(server)).send([request], deadline: .none(on: SystemTime()))[0].get()
    #expect(response.status == 201)
    #expect(response.headers["Link"] == "</2>; rel=next")
    let received = try #require(server.requests.first)
    #expect(received.method == "POST" && received.body == Data("{\"q\":1}".utf8))
    #expect(received.header("Accept") == "application/json")
    #expect(received.header("X-Page") == "2")
  }

  @Test("A response beyond the policy's body limit is unusable")
  func bodyLimit() throws {
    let server = try ScriptedServer(replies: [.http(200, [("Content-Type", "text/html")], "123456")])
    defer { server.stop() }
    var policy = try policy(server)
    for (limit, isUsable) in [(6, true), (5, false)] {
      policy.maximumBodyBytes = limit
      let outcome = HTTPPageSource(policy).send([FetchRequest(server.url + "/")], deadline: .none(on: SystemTime()))[0]
      #expect((try? outcome.get().status) == (isUsable ? 200 : nil))
      if case .failure(let error) = outcome { #expect(error.reason == .tooLarge) }
    }
  }

  @Test("A known page is requested conditionally, and 304 is a response")
  func conditional() throws {
    let server = try ScriptedServer(replies: [.http(304, [("ETag", "\"e\"")])])
    defer { server.stop() }
    let known = PageResponse(
      url: "\(server.url)/a", status: 200,
      headers: ["etag": "\"e\"", "last-modified": "Fri, 31 May 2024 08:00:00 GMT"], body: Data(), fetchedAt: date)
    let outcomes = try HTTPPageSource(policy(server)).send(
      [known.revalidationRequest(known.url)], deadline: .none(on: SystemTime()))
    #expect(try outcomes[0].get().status == 304)
    let request = try #require(server.requests.first)
    #expect(request.header("If-None-Match") == "\"e\"")
    #expect(request.header("If-Modified-Since") == "Fri, 31 May 2024 08:00:00 GMT")
  }

  @Test("A page that did not exist is requested unconditionally")
  func missingPage() {
    let known = PageResponse(url: "http://x/", status: 404, headers: ["ETag": "\"e\""], body: Data(), fetchedAt: date)
    #expect(known.revalidationRequest(known.url) == FetchRequest("http://x/"))
  }

  @Test("A failure of the site that lasts seconds costs no page: the circuit opens, and the requests are sent again")
  func shortTrouble() throws {
    let time = ManualTime()
    let count = Locked(0)
    // The clock stands still while requests are under way, so the failure lasts a number of requests.
    let server = try ScriptedServer { _ in
      count.change { $0 += 1 }
      // Ten failures open the circuit, and the next request is the probe.
      return count.change { $0 } <= 11 ? .http(503) : .http(200, [("Content-Type", "text/html")], "<p>x</p>")
    }
    defer { server.stop() }
    var options = HTTPClient.Options()
    options.usesCircuitBreaker = true
    // One after another, so that the responses arrive in order.
    options.maximumPerHost = 1
    let source = try HTTPPageSource(policy(server), client: HTTPClient(options, time: time), time: time)
    var changes: [String] = []
    source.onCircuitEvent = { changes.append("\($0)") }
    let outcomes = source.send((1...20).map { FetchRequest("\(server.url)/\($0)") }, deadline: .none(on: time))
    #expect(try outcomes.map { try $0.get().status } == Array(repeating: 200, count: 20))
    #expect(changes.first == "circuit open: \(server.url) failed 10 times in a row and gets no request for 5 s")
    #expect(changes.last == "circuit closed: \(server.url) responds again")
    #expect(time.uptime < .seconds(20))
  }

  @Test("A site that keeps failing is given up after a quarter of a minute")
  func longTrouble() throws {
    let time = ManualTime()
    let server = try ScriptedServer(replies: [.http(503)])
    defer { server.stop() }
    let source = try HTTPPageSource(policy(server), time: time)
    let outcomes = source.send((1...20).map { FetchRequest("\(server.url)/\($0)") }, deadline: .none(on: time))
    #expect(outcomes.allSatisfy { outcome in (try? outcome.get().status) ?? 503 == 503 })
    #expect(time.uptime < .seconds(30))
    #expect(server.requests.count < 20)
    let soon = Deadline(after: .seconds(8), on: time)
    let start = time.uptime
    _ = source.send([FetchRequest("\(server.url)/1")], deadline: soon)
    #expect(time.uptime - start < .seconds(5), "with little time left there is no pause")
  }

  @Test("Pages that always fail do not keep other pages from being read")
  func brokenPages() throws {
    let time = ManualTime()
    let server = try ScriptedServer { request in
      request.target.hasPrefix("/broken") ? .http(500) : .http(200, [("Content-Type", "text/html")], "<p>x</p>")
    }
    defer { server.stop() }
    let source = try HTTPPageSource(policy(server), time: time)
    var changes = 0
    source.onCircuitEvent = { _ in changes += 1 }
    for batch in 1...3 {
      let paths = (1...20).map { "/good/\(batch)/\($0)" } + (1...6).map { "/broken/\(batch)/\($0)" }
      let outcomes = source.send(paths.map { FetchRequest(server.url + $0) }, deadline: .none(on: time))
      #expect(
        try outcomes.map { try $0.get().status } == [Int](repeating: 200, count: 20) + [Int](repeating: 500, count: 6))
    }
    #expect(changes == 0)
    #expect(server.requests.count == 3 * (20 + 6 * 5))
  }
}
