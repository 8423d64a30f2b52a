import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import Fetching

/// Servers that send odd headers, cookies and robots.txt files.
struct OddServerTests {
  let time = ManualTime()
  let s3 = Result { try MemoryS3() }
  var later: Deadline { .none(on: time) }

  func live(
    _ server: ScriptedServer, run: String = "run-1", item: String = "a", workers: Int = 2
  ) throws -> LivePages {
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment, time: time
    ).pages(of: "odd")
    return try makeLivePages(
      of: #require(Site(server.url)), store: store,
      job: makeJob(item: item, run: run, started: time.now, workerCount: workers), time: time)
  }

  func text(_ outcome: Result<Page, FetchError>) -> String {
    switch outcome {
    case .success(let page): String(decoding: page.body, as: UTF8.self)
    case .failure(let error): "\(error)"
    }
  }

  func read(_ server: ScriptedServer, _ path: String = "/p") throws -> String {
    try text(live(server).fetch([server.url + path], deadline: later)[0])
  }

  @Test(
    "Content-Type is read as browsers read it",
    arguments: [
      ("text/html,text/html", "text/html", nil), ("text/html charset=utf-8", "text/html", "utf-8"),
      ("text/html; charset=utf-8, text/html", "text/html", "utf-8"), ("text/html;charset=", "text/html", nil),
      ("text/html; charset='latin1'", "text/html", "latin1"), ("TEXT/HTML ; Charset = x", "text/html", nil),
      ("text/plain, text/html; charset=a", "text/html", "a"), ("text/html; charset=a, text/plain", "text/plain", nil),
      ("text/html, */*", "text/html", nil), (", text/html ,", "text/html", nil), ("html", "html", nil),
      ("text/html;;charset=\"UTF-8\";x=y", "text/html", "utf-8"),
    ] as [(String, String, String?)])
  func contentType(header: String, name: String, charset: String?) {
    let type = ContentType(header)
    #expect(type?.name == name)
    #expect(type?.charset == charset)
  }

  @Test("An empty Content-Type is none, and so is a repeated one of the same type", arguments: ["", " ", ","])
  func emptyContentType(header: String) throws {
    #expect(ContentType(header) == nil)
    #expect(ContentType("; charset=utf-8") == nil)
    let server = try ScriptedServer { _ in .http(200, [("Content-Type", header)], "<p>x</p>") }
    defer { server.stop() }
    #expect(try read(server) == "<p>x</p>")
    let twice = try ScriptedServer { request in
      .http(
        200,
        [
          ("Content-Type", request.target == "/robots.txt" ? "text/plain" : "text/html"),
          ("Content-Type", "text/html; charset=x"),
        ], "<p>y</p>")
    }
    defer { twice.stop() }
    #expect(ContentType("text/html, text/html; charset=x")?.charset == "x")
  }

  @Test("A redirect to an address with raw bytes is followed to these bytes")
  func rawLocation() throws {
    let server = try ScriptedServer { request in
      switch request.target {
      case "/p":
        .init(
          bytes: Data("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /caf".utf8) + [0xE9] + Data("\r\n\r\n".utf8)
        )
      case "/caf%E9": .http(200, [("Content-Type", "text/html")], "<p>here</p>")
      default: .http(404)
      }
    }
    defer { server.stop() }
    #expect(try read(server) == "<p>here</p>")
  }

  @Test("A validator that cannot be sent back is dropped")
  func longValidator() throws {
    func request(_ etag: String) -> FetchRequest {
      PageResponse(
        url: "http://x/", status: 200, headers: ["ETag": etag, "Content-Length": "1"], body: Data("x".utf8),
        fetchedAt: time.now
      ).revalidationRequest("http://x/")
    }
    #expect(request("\"\(String(repeating: "a", count: 9000))\"").headers.isEmpty)
    #expect(request("\"\(String(repeating: "a", count: 1023))\"").headers.isEmpty)
    #expect(request("\"\(String(repeating: "a", count: 1022))\"").headers.count == 1)
    #expect(request("\"caf\u{E9}\"").headers.isEmpty)
    #expect(request("\"a\u{1}\"").headers.isEmpty)
    #expect(request("W/\"a b\"").headers.count == 1)
    #expect(request("").headers.isEmpty)
    #expect(request("*").headers.isEmpty, "the server would confirm every version")
  }

  @Test(
    "A conditional request that is not accepted is sent once more without its condition", arguments: [400, 412, 431])
  func refusedValidator(status: Int) throws {
    let server = try ScriptedServer { request in
      if request.target == "/robots.txt" { return .http(404) }
      if request.header("If-None-Match") != nil { return .http(status) }
      return .http(200, [("Content-Type", "text/html"), ("ETag", "\"e\"")], "<p>\(request.number)</p>")
    }
    defer { server.stop() }
    _ = try live(server).fetch([server.url + "/p"], deadline: later)
    time.advance(by: .seconds(60))
    let page = try live(server, run: "run-2").fetch([server.url + "/p"], deadline: later)
    #expect(page.map(text) == ["<p>5</p>"])
    #expect(server.requests.suffix(2).map { $0.header("If-None-Match") } == ["\"e\"", nil])
  }

  @Test("Without a condition these statuses are what they are", arguments: [400, 412, 431])
  func otherwise(status: Int) throws {
    let server = try ScriptedServer { $0.target == "/robots.txt" ? .http(404) : .http(status) }
    defer { server.stop() }
    #expect(try read(server) == "status \(status)")
    #expect(server.requests.count == 2)
  }

  @Test(
    "A robots.txt that is served as HTML is read if it is one",
    arguments: [
      ("User-agent: *\nDisallow: /p\n", "asks not to read it"),
      ("# rules\n\n user-agent : *\r\nDisallow: /p", "asks not"),
      ("\u{FEFF}User-agent: *\nDisallow: /q\n", "<p>x</p>"), ("Sitemap: http://x/s.xml\n", "<p>x</p>"),
      ("<html><body>User-agent: *</body></html>", "it is an HTML page"),
      ("User-agent: *\n<p>Disallow: /q</p>", "HTML page"),
      ("Not found\n", "it is an HTML page"), ("", "it is an HTML page"), ("# nothing\n", "it is an HTML page"),
      ("Sorry, we are closed: come back\n", "it is an HTML page"), ("User-agent: *\n  <br>\n", "it is an HTML page"),
    ])
  func htmlRobots(robots: String, expected: String) throws {
    let server = try ScriptedServer { request in
      .http(200, [("Content-Type", "text/html")], request.target == "/robots.txt" ? robots : "<p>x</p>")
    }
    defer { server.stop() }
    #expect(try read(server).contains(expected))
    #expect(try s3.get().gzipKeys.count == (expected.contains("HTML") ? 0 : expected.contains("<p>") ? 2 : 1))
  }

  @Test("A robots.txt that is served as HTML and ends with its connection is read")
  func htmlRobotsWithoutLength() throws {
    let server = try ScriptedServer { request in
      request.target == "/robots.txt"
        ? .init(
          bytes: Data("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nUser-agent: *\nDisallow: /q".utf8),
          closes: true)
        : .http(200, [("Content-Type", "text/html")], "<p>x</p>")
    }
    defer { server.stop() }
    #expect(try read(server) == "<p>x</p>")
    #expect(try read(server, "/q").contains("asks not to read it"))
  }

  @Test("A redirect to an address with user information is not followed")
  func userInformation() throws {
    let server = try ScriptedServer { request in
      switch request.target {
      case "/p":
        .http(
          302, [("Location", "http://me:pw@127.0.0.1:\(request.header("Host")?.split(separator: ":").last ?? "")/q")])
      default: .http(404)
      }
    }
    defer { server.stop() }
    #expect(try read(server) == "status 302")
    #expect(server.requests.count == 2)
  }

  @Test("A robots.txt that leads into this machine's network forbids everything, and sends no request there")
  func robotsRedirect() throws {
    for target in [
      "http://169.254.169.254/latest/meta-data/", "http://[::1]:9/", "http://0/", "http://[fd00:ec2::254]/",
    ] {
      let server = try ScriptedServer { request in
        request.target == "/robots.txt" ? .http(302, [("Location", target)]) : .http(200, [], "<p>x</p>")
      }
      defer { server.stop() }
      let page = try read(server)
      #expect(page.contains("robots.txt cannot be read") && page.contains("not a public address"), "\(target): \(page)")
      #expect(server.requests.count == 1)
    }
  }

  @Test("A Crawl-delay that leaves no time for most pages is named")
  func delayNotice() throws {
    let server = try ScriptedServer { request in
      request.target == "/robots.txt"
        ? .http(200, [("Content-Type", "text/plain")], "User-agent: *\nCrawl-delay: 30\n")
        : .http(200, [("Content-Type", "text/html")], "<p>x</p>")
    }
    defer { server.stop() }
    let live = try live(server, workers: 5)
    let urls = (1...10).map { "\(server.url)/p/\($0)" }
    let outcomes = live.fetch(urls, deadline: Deadline(after: .seconds(600), on: time))
    let read = outcomes.count { (try? $0.get()) != nil }
    #expect(read < 10 && read > 1)
    let notice = try #require(live.delayNotice)
    #expect(
      notice.hasPrefix("robots.txt asks for 30 s between two requests, which leaves time for \(read) of 10 pages"))
    #expect(notice.hasSuffix("A run of fewer dates, or the site's permission for a shorter delay, helps"))
    let alone = try self.live(server, item: "c", workers: 1)
    _ = alone.fetch(urls.map { "\($0)c" }, deadline: Deadline(after: .seconds(100), on: time))
    #expect(alone.delayNotice?.hasSuffix("details. Only the site's permission for a shorter delay helps") == true)
    let patient = try self.live(server, item: "b", workers: 1)
    _ = patient.fetch(urls, deadline: Deadline(after: .seconds(600), on: time))
    #expect(patient.delayNotice == nil)
    // The error of a page says it, too: the listing may be the page that comes too late.
    #expect(outcomes.map(text).last?.hasSuffix("; robots.txt asks for 30 s between two requests") == true)
  }

  @Test("A new page costs two requests to S3, one that is fresh one, and one that is asked for again three")
  func storeRequests() throws {
    let server = try ScriptedServer { request in
      if request.header("If-None-Match") != nil { return .http(304) }
      return .http(
        200, [("Content-Type", "text/html"), ("ETag", "\"e\"")], request.target == "/robots.txt" ? "<p" : "<p>x</p>")
    }
    defer { server.stop() }
    let robots = try ScriptedServer { request in
      if request.target == "/robots.txt" { return .http(404) }
      return request.header("If-None-Match") != nil
        ? .http(304) : .http(200, [("Content-Type", "text/html"), ("ETag", "\"e\"")], "<p>x</p>")
    }
    defer { robots.stop() }
    let s3 = try s3.get()
    let urls = (1...60).map { "\(robots.url)/p/\($0)" }
    func requests(run: String, item: String = "a") throws -> Int {
      s3.forget()
      let live = try live(robots, run: run, item: item)
      for batch in [urls.prefix(30), urls.suffix(30)] { _ = live.fetch(Array(batch), deadline: later) }
      return s3.requests.count
    }
    #expect(try requests(run: "run-1") == 2 * 61)
    #expect(try requests(run: "run-1", item: "b") <= 61 + 1)
    time.advance(by: .seconds(60))
    #expect(try requests(run: "run-2") <= 3 * 61 + 1)
  }
}
