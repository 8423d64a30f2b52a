import Foundation
import HTTP
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

@testable import Fetching

/// Redirects, over loopback.
struct RedirectTests {
  private let s3 = Result { try MemoryS3() }
  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  private func live(_ server: ETagServer, item: String = "2024-05-31", started: Date = Date()) throws -> LivePages {
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment
    ).pages(of: "wwoz")
    return try makeLivePages(of: server.site, store: store, job: makeJob(item: item, started: started))
  }

  /// Pages 1 and 2, and the given redirects.
  private func site(_ moved: [String: String], robots: String = "") throws -> ETagServer {
    let server = try ETagServer.pages(2)
    server.set(ETagServer.Response(body: robots, type: "text/plain"), at: "/robots.txt")
    for (path, location) in moved { server.set(ETagServer.Response(status: 301, location: location), at: path) }
    return server
  }

  private func text(_ outcome: Result<Page, FetchError>) -> String {
    switch outcome {
    case .success(let page): String(decoding: page.body, as: UTF8.self)
    case .failure(let error): "\(error)"
    }
  }

  @Test("A page that has moved within the site is read at its new address, from the archive too")
  func moved() throws {
    let server = try site(["/old": "/older", "/older": "1?x=y#part", "/p/twin": "/p/1"])
    server.set(ETagServer.Response(body: "<p>here</p>"), at: "/1?x=y")
    let live = try live(server)
    let urls = ["/old", "/p/twin", "/p/1"].map(server.url)
    let outcomes = live.fetch(urls, deadline: soon)
    #expect(outcomes.map(text) == ["<p>here</p>", "<p>page 1</p>", "<p>page 1</p>"])
    let archived = try ArchivedPages(live.archive.bytes, at: "k", policy: makePolicy(server.site))
    #expect(archived.fetch(urls, deadline: soon) == outcomes)
    // The target of a redirect is in the archive already, for the item's later batches, and without a store as well.
    #expect(live.fetch(["/p/1", "/older", "/p/2"].map(server.url), deadline: soon).map(text).last == "<p>page 2</p>")
    let ids = try WARCReader.members(of: live.archive.bytes).map(\.record.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(server.requests).count == server.requests.count, "each page is requested once")
  }

  @Test("The target of a redirect is neither requested nor archived again, also without a store")
  func onceWithoutStore() throws {
    let server = try site(["/old": "/p/1"])
    let live = try makeLivePages(of: server.site)
    for path in ["/old", "/p/1", "/old"] {
      #expect(live.fetch([server.url(path)], deadline: soon).map(text) == ["<p>page 1</p>"])
    }
    #expect(server.requests == ["200 /robots.txt", "301 /old", "200 /p/1"])
    #expect(try WARCReader.members(of: live.archive.bytes).count == 4)
  }

  @Test("Scheme, host and default port of a redirect's target may be spelled in any way")
  func spelling() throws {
    func target(_ location: String, of url: String = "http://x.org/a") -> String? {
      PageResponse(url: url, status: 301, headers: ["Location": location], body: Data(), fetchedAt: Date()).redirect
    }
    #expect(target("HTTP://X.org:80/a/?b=C#d") == "http://x.org/a/?b=C")
    #expect(target("HTTPS://x.ORG:443") == "https://x.org")
    #expect(target("//X.org/a") == "http://x.org/a")
    #expect(target("HTTP://x.org/a", of: "https://x.org/a") == nil, "not from https to http")
    #expect(target("http://me@x.org/a") == nil)
    let origin = try #require(Site("http://x.org:80"))
    #expect(origin.path(of: "http://x.org/a") == "/a")
    #expect(origin.path(of: "http://x.org:8080/a") == nil)
    #expect(origin.isOrigin(of: "HTTP://X.ORG/a") && !origin.isOrigin(of: "https://x.org:80/a"))
    let server = try site(["/old": ""])
    server.set(
      ETagServer.Response(status: 301, location: server.url("/p/1").replacing("http", with: "HTTP")), at: "/old")
    #expect(try live(server).fetch([server.url("/old")], deadline: soon).map(text) == ["<p>page 1</p>"])
  }

  @Test("A temporary redirect is not shared", arguments: [302, 303, 307, 308])
  func temporary(status: Int) throws {
    let server = try site([:])
    server.set(ETagServer.Response(status: status, location: "/p/1"), at: "/old")
    let started = Date()
    for item in ["2024-05-31", "2024-06-01"] {
      #expect(
        try live(server, item: item, started: started).fetch([server.url("/old")], deadline: soon).map(text)
          == ["<p>page 1</p>"])
    }
    #expect(server.requests.count { $0 == "\(status) /old" } == (status == 308 ? 1 : 2))
    #expect(server.requests.count { $0 == "200 /p/1" } == 1)
  }

  @Test("A permanent redirect is requested once in a run")
  func once() throws {
    let server = try site(["/old": "/p/1"])
    let started = Date()
    for item in ["2024-05-31", "2024-06-01"] {
      #expect(
        try live(server, item: item, started: started).fetch([server.url("/old")], deadline: soon).map(text)
          == ["<p>page 1</p>"])
    }
    #expect(server.requests.sorted() == ["200 /p/1", "200 /robots.txt", "301 /old"])
  }

  @Test("A redirect to a page that robots.txt disallows is not followed")
  func disallowed() throws {
    let server = try site(["/old": "/p/1", "/good": "/p/2"], robots: "User-agent: *\nDisallow: /p/1\n")
    let live = try live(server)
    let outcomes = live.fetch(["/old", "/good"].map(server.url), deadline: soon)
    #expect(outcomes.map(text) == ["\(server.url("/robots.txt")) asks not to read it", "<p>page 2</p>"])
    if case .failure(let error) = outcomes[0] { #expect(error.reason == .disallowed) }
    #expect(!server.requests.contains { $0.hasSuffix(" /p/1") })
    // The redirect itself was received, and is archived.
    #expect(try WARCReader.members(of: live.archive.bytes).count == 5)
  }

  @Test("A redirect off the site is not followed")
  func otherSite() throws {
    let other = try ETagServer.pages(1)
    let server = try site(["/old": other.url("/p/1"), "/file": "file:///etc/passwd"])
    let outcomes = try live(server).fetch(["/old", "/file"].map(server.url), deadline: soon)
    #expect(text(outcomes[0]).hasPrefix("it has moved to another site, 127.0.0.1:"))
    #expect(text(outcomes[1]) == "status 301")
    #expect(other.requests.isEmpty)
  }

  @Test("A loop of redirects is given up")
  func circle() throws {
    let server = try site(["/a": "/b", "/b": "/a"])
    #expect(try live(server).fetch([server.url("/a")], deadline: soon).map(text) == ["its redirects lead back to it"])
    #expect(server.requests.count == 3)
  }

  @Test("A long chain of redirects is given up (F28)")
  func chain() throws {
    let server = try site(Dictionary(uniqueKeysWithValues: (0..<9).map { ("/a\($0)", "/a\($0 + 1)") }))
    #expect(try live(server).fetch([server.url("/a0")], deadline: soon).map(text) == ["more than 5 redirects"])
    #expect(server.requests.count == 7)
  }

  @Test("A redirect of robots.txt is followed, to another host as well")
  func movedRobots() throws {
    let other = try ETagServer(["/r": ETagServer.Response(body: "User-agent: *\nDisallow: /p/1\n", type: "text/plain")])
    let server = try ETagServer.pages(2)
    server.set(ETagServer.Response(status: 302, location: other.url("/r")), at: "/robots.txt")
    let outcomes = try live(server).fetch(["/p/1", "/p/2"].map(server.url), deadline: soon)
    #expect(outcomes.map(text) == ["\(server.url("/robots.txt")) asks not to read it", "<p>page 2</p>"])
  }

  @Test("A redirect from https to http is not followed")
  func downgrade() {
    func redirect(from url: String, to location: String) -> String? {
      PageResponse(url: url, status: 302, headers: ["Location": location], body: Data(), fetchedAt: Date()).redirect
    }
    #expect(redirect(from: "https://x/a", to: "http://x/b") == nil)
    #expect(redirect(from: "http://x/a", to: "https://x/b") == "https://x/b")
    #expect(redirect(from: "https://x/a/b?c", to: "//y/d") == "https://y/d")
  }
}
