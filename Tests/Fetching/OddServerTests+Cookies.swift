import Foundation
import HTTP
import ScrapingSupport
import TestSupport
import Testing

@testable import Fetching

/// Sites that want their cookie back before they send a page.
extension OddServerTests {
  @Test("A site that sets a cookie and redirects to the same address gets one more request, with the cookie")
  func cookieWall() throws {
    let server = try ScriptedServer { request in
      if request.target == "/robots.txt" { return .http(404) }
      if request.header("Cookie")?.contains("seen=1") == true {
        return .http(200, [("Content-Type", "text/html")], "<p>\(request.target)</p>")
      }
      return .http(302, [("Location", request.target), ("Set-Cookie", "seen=1; Path=/")])
    }
    defer { server.stop() }
    let live = try live(server)
    let urls = [server.url + "/p", server.url + "/q"]
    #expect(live.fetch([urls[0]], deadline: later).map(text) == ["<p>/p</p>"])
    #expect(live.fetch([urls[1]], deadline: later).map(text) == ["<p>/q</p>"], "the cookie lasts for the scrape")
    #expect(server.requests.map(\.target) == ["/robots.txt", "/p", "/p", "/q"])
    let archived = try ArchivedPages(live.archive.bytes, at: "k", policy: makePolicy(try #require(Site(server.url))))
    #expect(archived.fetch(urls, deadline: later).map(text) == ["<p>/p</p>", "<p>/q</p>"])
    // Another scrape begins without cookies, and takes the pages from the store.
    let next = try self.live(server, item: "b")
    #expect(next.fetch(urls + [server.url + "/r"], deadline: later).map(text).last == "<p>/r</p>")
    #expect(server.requests.suffix(2).map { $0.header("Cookie") } == [nil, "seen=1"])
  }

  @Test("A detour over a page that sets the cookie leads back to the page")
  func cookieDetour() throws {
    let server = try ScriptedServer { request in
      switch (request.target, request.header("Cookie")) {
      case ("/p", nil): .http(302, [("Location", "/consent?to=/p")])
      case ("/p", _): .http(200, [("Content-Type", "text/html")], "<p>in</p>")
      case ("/consent?to=/p", _): .http(303, [("Location", "/p"), ("Set-Cookie", "ok=1")])
      default: .http(404)
      }
    }
    defer { server.stop() }
    #expect(try read(server) == "<p>in</p>")
  }

  @Test("A site that never accepts its cookie is given up")
  func cookieLoop() throws {
    let server = try ScriptedServer { request in
      request.target == "/robots.txt"
        ? .http(404) : .http(302, [("Location", "/p"), ("Set-Cookie", "x=\(request.number)")])
    }
    defer { server.stop() }
    #expect(try read(server) == "its redirects lead back to it")
    #expect(server.requests.count == 3)
  }

  @Test("A robots.txt behind the cookie's redirect is read with the cookie")
  func robotsBehindCookie() throws {
    let server = try ScriptedServer { request in
      guard request.header("Cookie") != nil else {
        return .http(302, [("Location", request.target), ("Set-Cookie", "seen=1; Path=/")])
      }
      return request.target == "/robots.txt"
        ? .http(200, [("Content-Type", "text/plain")], "User-agent: *\nDisallow: /q\n")
        : .http(200, [("Content-Type", "text/html")], "<p>\(request.target)</p>")
    }
    defer { server.stop() }
    let pages = try live(server).fetch([server.url + "/p", server.url + "/q"], deadline: later).map(text)
    #expect(pages[0] == "<p>/p</p>")
    #expect(pages[1].contains("asks not to read it"))
    #expect(server.requests.map(\.target) == ["/robots.txt", "/robots.txt", "/p"])
  }

  @Test("A robots.txt that never accepts its cookie forbids everything")
  func robotsCookieLoop() throws {
    let server = try ScriptedServer { request in
      .http(302, [("Location", request.target), ("Set-Cookie", "x=\(request.number)")])
    }
    defer { server.stop() }
    #expect(try read(server) == "its robots.txt cannot be read: its redirects lead back to it")
    #expect(server.requests.count == 2)
  }

  @Test("A permanent redirect that sets a cookie is not shared: other scrapers do not have the cookie")
  func redirectWithCookie() {
    func isReusable(_ headers: HTTPHeaders) -> Bool {
      PageResponse(url: "http://x/a", status: 301, headers: headers, body: Data(), fetchedAt: time.now).isReusable
    }
    #expect(isReusable(["Location": "/b"]))
    #expect(!isReusable(["Location": "/b", "Set-Cookie": "a=1"]))
  }
}
