import Foundation
import RawStore
import ScrapingSupport
import Testing
import WARC

@testable import Fetching

/// robots.txt.
extension SharedPagesTests {
  @Test("A page that robots.txt disallows counts as failed, and is not requested")
  func disallowedPage() throws {
    let server = try ETagServer.pages(2)
    server.set(
      ETagServer.Response(body: "User-agent: test-reader\nDisallow: /p/1\n", type: "text/plain"), at: "/robots.txt")
    let live = try live(server, started: Date())
    let outcomes = live.fetch(["/p/1", "/p/2"].map(server.url), deadline: soon)
    #expect(bodies(outcomes) == ["\(server.url("/robots.txt")) asks not to read it", "<p>page 2</p>"])
    #expect(server.requests == ["200 /robots.txt", "200 /p/2"])
    #expect(try WARCReader.members(of: live.archive.bytes).count == 3)
  }

  @Test(
    "If robots.txt cannot be read, no page is read",
    arguments: [(500, FetchError.Reason.unavailable), (429, .throttled)])
  func noRobots(status: Int, reason: FetchError.Reason) throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(status: status), at: "/robots.txt")
    let outcomes = try live(server, started: Date()).fetch([server.url("/p/1")], deadline: soon)
    guard case .failure(let error) = outcomes[0] else { throw POSIXError(.EINVAL) }
    #expect(error.reason == reason)
    #expect(error.detail == "its robots.txt cannot be read: status \(status)")
    #expect(!server.requests.contains("200 /p/1"))
  }

  @Test("While robots.txt is an HTML page, no page is read")
  func htmlRobots() throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(body: "<h1>Back soon</h1>"), at: "/robots.txt")
    let started = Date()
    let outcomes = try live(server, started: started).fetch([server.url("/p/1")], deadline: soon)
    #expect(outcomes == [.failure(FetchError(.unavailable, "its robots.txt cannot be read: it is an HTML page"))])
    #expect(server.requests == ["200 /robots.txt"])
    server.set(ETagServer.Response(body: "User-agent: *\n", type: "text/plain"), at: "/robots.txt")
    let again = try live(server, started: started)
    #expect(bodies(again.fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
  }

  @Test("A robots.txt that exceeds the body limit is unavailable, not a changed source")
  func longRobots() throws {
    let server = try ETagServer.pages(1)
    let text = String(repeating: "#", count: makePolicy(site).maximumBodyBytes + 1)
    server.set(ETagServer.Response(body: text, type: "text/plain"), at: "/robots.txt")
    let outcomes = try live(server, started: Date()).fetch([server.url("/p/1")], deadline: soon)
    guard case .failure(let error) = outcomes[0] else { throw POSIXError(.EINVAL) }
    #expect(error.reason == .unavailable)
    #expect(error.detail.hasPrefix("its robots.txt cannot be read: the response is longer than "))
    #expect(!server.requests.contains("200 /p/1"))
  }

  @Test("A robots.txt that is refused or missing forbids nothing", arguments: [401, 403, 404, 410])
  func openSite(status: Int) throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(status: status, body: "Disallow: /"), at: "/robots.txt")
    #expect(
      try bodies(live(server, started: Date()).fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
  }
}
