import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

struct HTTPPageSourceTests {
  private let date = Date(timeIntervalSince1970: 1_717_142_400)

  private func outcome(_ status: Int = 200, type: String? = "text/html; charset=utf-8") -> Result<Page, FetchError> {
    var headers = HTTPHeaders()
    headers["Content-Type"] = type
    let exchange = PageResponse(
      url: "http://x/", status: status, headers: headers, body: Data("x".utf8), fetchedAt: date)
    return Result { () throws(FetchError) in try exchange.page(validated: date) }
  }

  private func reason(_ outcome: Result<Page, FetchError>) -> FetchError.Reason? {
    if case .failure(let error) = outcome { return error.reason }
    return nil
  }

  @Test(
    "A status says whether to come again",
    arguments: [
      (200, nil), (203, nil), (429, .throttled), (404, .missing), (410, .missing), (500, .unavailable),
      (503, .unavailable), (403, .unavailable), (302, .unavailable),
    ] as [(Int, FetchError.Reason?)])
  func statuses(status: Int, expected: FetchError.Reason?) {
    #expect(reason(outcome(status)) == expected)
  }

  @Test("Only HTML is a page")
  func types() throws {
    #expect(reason(outcome(type: "application/json")) == .unusable)
    #expect(reason(outcome(type: "image/png")) == .unusable)
    #expect(try outcome(type: nil).get().charset == nil)
    #expect(try outcome(type: "TEXT/HTML;Charset=\"ISO-8859-1\"").get().charset == "iso-8859-1")
    #expect(try outcome(type: "application/xhtml+xml").get().body == Data("x".utf8))
  }

  @Test(
    "An error of the transport says what it means for a page",
    arguments: [
      (.timedOut, .timedOut), (.tooLarge, .unusable), (.connection, .unavailable), (.interrupted, .unavailable),
      (.tls, .unavailable),
    ] as [(HTTPError.Kind, FetchError.Reason)])
  func errors(kind: HTTPError.Kind, expected: FetchError.Reason) {
    #expect(FetchError(HTTPError(kind, url: "http://x/", detail: "d")).reason == expected)
  }

  @Test("A request says who asks, and for what")
  func request() throws {
    let server = try ScriptedServer(replies: [.http(200, [("Content-Type", "text/html")], "<p>x</p>")])
    defer { server.stop() }
    let source = HTTPPageSource(userAgent: "example-reader/1.0")
    let answers = source.ask([PageRequest("\(server.url)/a?b=c")], deadline: .none(on: SystemTime()))
    let exchange = try answers[0].get()
    #expect(exchange.url == "\(server.url)/a?b=c")
    #expect(exchange.status == 200)
    #expect(exchange.headers["Content-Type"] == "text/html")
    #expect(exchange.body == Data("<p>x</p>".utf8))
    let request = try #require(server.requests.first)
    #expect(request.target == "/a?b=c")
    #expect(request.header("User-Agent") == "example-reader/1.0")
    #expect(request.header("Accept")?.hasPrefix("text/html,") == true)
    #expect(request.header("Accept-Encoding")?.contains("gzip") == true)
    #expect(request.header("If-None-Match") == nil)
    #expect(request.header("If-Modified-Since") == nil)
  }

  @Test("A page that is known is asked for by what tells whether it has changed, and 304 is an answer")
  func conditional() throws {
    let server = try ScriptedServer(replies: [.http(304, [("ETag", "\"e\"")])])
    defer { server.stop() }
    let known = PageResponse(
      url: "\(server.url)/a", status: 200,
      headers: ["etag": "\"e\"", "last-modified": "Fri, 31 May 2024 08:00:00 GMT"], body: Data(), fetchedAt: date)
    let answers = HTTPPageSource(userAgent: "x").ask([known.revalidationRequest], deadline: .none(on: SystemTime()))
    #expect(try answers[0].get().status == 304)
    let request = try #require(server.requests.first)
    #expect(request.header("If-None-Match") == "\"e\"")
    #expect(request.header("If-Modified-Since") == "Fri, 31 May 2024 08:00:00 GMT")
  }

  @Test("A page that was not there is asked for whatever it was")
  func missingPage() {
    let known = PageResponse(url: "http://x/", status: 404, headers: ["ETag": "\"e\""], body: Data(), fetchedAt: date)
    #expect(!known.revalidationRequest.isConditional)
  }

  @Test("A site in trouble for some seconds costs no page: it is left alone for a while, and asked again")
  func shortTrouble() throws {
    let time = ManualTime()
    let answered = Locked(0)
    // The clock stands still while requests are under way, so the trouble is told by their number.
    let server = try ScriptedServer { _ in
      answered.change { $0 += 1 }
      // Ten of them open the breaker, and the next is the first try after that.
      return answered.change { $0 } <= 11 ? .http(503) : .http(200, [("Content-Type", "text/html")], "<p>x</p>")
    }
    defer { server.stop() }
    var options = HTTPClient.Options()
    options.usesCircuitBreaker = true
    // One after another, so that the answers come in the order in which they were given.
    options.maximumPerHost = 1
    let source = HTTPPageSource(client: HTTPClient(options, time: time), time: time)
    var changes: [String] = []
    source.onCircuitEvent = { changes.append("\($0)") }
    let answers = source.ask((1...20).map { PageRequest("\(server.url)/\($0)") }, deadline: .none(on: time))
    #expect(try answers.map { try $0.get().status } == Array(repeating: 200, count: 20))
    #expect(changes.first == "\(server.url) failed 10 times in a row and is left alone for 5 s")
    #expect(changes.last == "\(server.url) is well again")
    #expect(time.uptime < .seconds(20))
  }

  @Test("A site that stays in trouble is given up after a quarter of a minute")
  func longTrouble() throws {
    let time = ManualTime()
    let server = try ScriptedServer(replies: [.http(503)])
    defer { server.stop() }
    let source = HTTPPageSource(userAgent: "x", time: time)
    let answers = source.ask((1...20).map { PageRequest("\(server.url)/\($0)") }, deadline: .none(on: time))
    #expect(answers.allSatisfy { answer in (try? answer.get().status) ?? 503 == 503 })
    #expect(time.uptime < .seconds(30))
    #expect(server.requests.count < 20)
    let soon = Deadline(after: .seconds(8), on: time)
    let start = time.uptime
    _ = source.ask([PageRequest("\(server.url)/1")], deadline: soon)
    #expect(time.uptime - start < .seconds(5), "with little time it is not waited for")
  }

  @Test("Some pages that are broken for good keep no other from being read")
  func brokenPages() throws {
    let time = ManualTime()
    let server = try ScriptedServer { request in
      request.target.hasPrefix("/broken") ? .http(500) : .http(200, [("Content-Type", "text/html")], "<p>x</p>")
    }
    defer { server.stop() }
    let source = HTTPPageSource(userAgent: "x", time: time)
    var changes = 0
    source.onCircuitEvent = { _ in changes += 1 }
    for batch in 1...3 {
      let paths = (1...20).map { "/good/\(batch)/\($0)" } + (1...6).map { "/broken/\(batch)/\($0)" }
      let answers = source.ask(paths.map { PageRequest(server.url + $0) }, deadline: .none(on: time))
      #expect(
        try answers.map { try $0.get().status } == [Int](repeating: 200, count: 20) + [Int](repeating: 500, count: 6))
    }
    #expect(changes == 0)
    #expect(server.requests.count == 3 * (20 + 6 * 5))
  }
}
