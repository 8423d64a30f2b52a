import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import ScraperFunction

struct HTTPPageFetcherTests {
  private func outcome(_ status: Int = 200, type: String? = "text/html; charset=utf-8") -> Result<Page, FetchError> {
    var headers = HTTPHeaders()
    headers["Content-Type"] = type
    return HTTPPageFetcher.page(.success(HTTPResponse(status: status, headers: headers, body: Data("x".utf8))))
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
    #expect(reason(HTTPPageFetcher.page(.failure(HTTPError(kind, url: "http://x/", detail: "d")))) == expected)
  }

  @Test("A request says who asks, and for what")
  func request() throws {
    let server = try ScriptedServer(replies: [.http(200, [("Content-Type", "text/html")], "<p>x</p>")])
    defer { server.stop() }
    let fetcher = HTTPPageFetcher(userAgent: "example-reader/1.0")
    let pages = fetcher.fetch(["\(server.url)/a?b=c"], deadline: .none(on: SystemTime()))
    #expect(try pages.map { try $0.get().body } == [Data("<p>x</p>".utf8)])
    let request = try #require(server.requests.first)
    #expect(request.target == "/a?b=c")
    #expect(request.header("User-Agent") == "example-reader/1.0")
    #expect(request.header("Accept")?.hasPrefix("text/html,") == true)
    #expect(request.header("Accept-Encoding")?.contains("gzip") == true)
  }
}
