import Compression
import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

@testable import Fetching

/// Pages that are cut, refused by their reader, or poisoned in the store.
extension SharedPagesTests {
  private static let page =
    "<html><body>\((0..<500).map { "<a href=\"/\($0)\">Genre \($0)</a>" }.joined())</body></html>"

  private struct NotAPage: Error {}

  /// A site of one page, `/p`, whose responses a test decides.
  private func site(_ respond: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply) throws
    -> ScriptedServer
  {
    try ScriptedServer { $0.target == "/robots.txt" ? .http(404) : respond($0) }
  }

  private func live(_ server: ScriptedServer, run: String = "run-1", time: ManualTime) throws -> LivePages {
    try makeLivePages(
      of: #require(Site(server.url)), store: store(time: time), job: makeJob(run: run, started: time.now), time: time)
  }

  private func gzip(_ text: String) throws -> Data { try GzipCompressor().member(of: Data(text.utf8)) }

  private static func html(_ headers: [(String, String)], _ body: Data) -> ScriptedServer.Reply {
    .http(200, [("Content-Type", "text/html"), ("ETag", "\"e\"")] + headers, body)
  }

  @Test("A compressed page that ends early is a failed page, and neither stored nor confirmed later")
  func cutPage() throws {
    let time = ManualTime()
    let body = try gzip(Self.page)
    let isCut = Locked(true)
    let server = try site { request in
      if request.header("If-None-Match") != nil { return .http(304) }
      return Self.html([("Content-Encoding", "gzip")], isCut.change { $0 } ? body.prefix(body.count / 2) : body)
    }
    defer { server.stop() }
    let url = "\(server.url)/p"
    let first = try live(server, time: time)
    #expect(
      bodies(first.fetch([url], deadline: .none(on: time)))[0].contains("the data end within a compressed stream"))
    #expect(try s3.get().gzipKeys.count == 1, "robots.txt")
    isCut.change { $0 = false }
    time.advance(by: .seconds(60))
    let second = try live(server, run: "run-2", time: time)
    #expect(bodies(second.fetch([url], deadline: .none(on: time))) == [Self.page])
    #expect(server.requests.last?.header("If-None-Match") == nil)
  }

  @Test("A page is archived as received, and replayed decoded (F29)")
  func asReceived() throws {
    let time = ManualTime()
    let body = try gzip(Self.page)
    let server = try site { _ in Self.html([("Content-Encoding", "gzip")], body) }
    defer { server.stop() }
    let live = try live(server, time: time)
    let url = "\(server.url)/p"
    let read = live.fetch([url], deadline: .none(on: time))
    #expect(bodies(read) == [Self.page])
    let record = try #require(try WARCReader.members(of: live.archive.bytes).map(\.record).last)
    #expect(try record.response().body == body)
    #expect(try record.response().headers["Content-Encoding"] == "gzip")
    let archived = try ArchivedPages(live.archive.bytes, at: "k", policy: makePolicy(try #require(Site(server.url))))
    #expect(archived.fetch([url], deadline: .none(on: time)) == read)
    let other = try makeLivePages(
      of: #require(Site(server.url)), store: store(time: time), job: makeJob(item: "b", started: time.now), time: time)
    #expect(other.fetch([url], deadline: .none(on: time)) == read, "from the page store")
    #expect(other.counts.shared == 2)
  }

  @Test("A page without its end tag is failed if only the connection ended it, or if it opened the element")
  func withoutEnd() throws {
    let time = ManualTime()
    let cut = Self.page.prefix(900)
    let server = try site { request in
      switch request.target {
      case "/connection":
        .init(
          bytes: Data("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>\(cut.dropFirst(12))".utf8), closes: true)
      case "/counted": Self.html([], Data(cut.utf8))
      case "/whole":
        .init(bytes: Data("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n\(Self.page)".utf8), closes: true)
      default: Self.html([], Data("<p>a fragment</p>".utf8))
      }
    }
    defer { server.stop() }
    let urls = ["/connection", "/counted", "/whole", "/fragment"].map { server.url + $0 }
    let pages = try bodies(live(server, time: time).fetch(urls, deadline: .none(on: time)))
    #expect(pages[0].contains("seems cut"))
    #expect(pages[1].contains("no </html>"))
    #expect(pages[2...] == [Self.page, "<p>a fragment</p>"])
    #expect(try s3.get().gzipKeys.count == 3, "robots.txt and the two pages")
  }

  @Test("A page without a media type that ends with its connection is failed if it has no end tag")
  func withoutType() throws {
    let server = try site { request in
      let page = request.target == "/whole" ? Self.page : "\n<!DOCTYPE html>\n" + Self.page.prefix(900)
      return .init(bytes: Data("HTTP/1.0 200 OK\r\n\r\n\(page)".utf8), closes: true)
    }
    defer { server.stop() }
    let pages = try bodies(
      live(server, time: ManualTime()).fetch(["/cut", "/whole"].map { server.url + $0 }, deadline: soon))
    #expect(pages[0].contains("seems cut"))
    #expect(pages[1] == Self.page)
  }

  @Test("A part of a page, with status 206, is neither a page nor stored, and as robots.txt it forbids everything")
  func partOfPage() throws {
    let part = [("Content-Range", "bytes 0-15/900")]
    let server = try site { _ in .http(206, part, "<p>a part</p>") }
    defer { server.stop() }
    let live = try live(server, time: ManualTime())
    #expect(bodies(live.fetch([server.url + "/p"], deadline: soon))[0].hasPrefix("status 206"))
    #expect(try s3.get().gzipKeys.count == 1, "robots.txt")
    let robots = try ScriptedServer { _ in .http(206, part, "User-agent: *") }
    defer { robots.stop() }
    let refused = try self.live(robots, run: "run-2", time: ManualTime())
    #expect(
      bodies(refused.fetch([robots.url + "/p"], deadline: soon))[0].contains("robots.txt cannot be read: status 206"))
  }

  @Test("Long stored pages are confirmed without all of them in memory")
  func knownPages() throws {
    let time = ManualTime()
    let server = try site { request in
      request.header("If-None-Match") != nil
        ? .http(304) : Self.html([], Data("<p>\(request.target)\(String(repeating: "x", count: 250_000))</p>".utf8))
    }
    defer { server.stop() }
    let urls = (1...20).map { "\(server.url)/\($0)" }
    let first = try bodies(live(server, time: time).fetch(urls, deadline: .none(on: time)))
    time.advance(by: .seconds(60))
    let second = try live(server, run: "run-2", time: time)
    #expect(bodies(second.fetch(urls, deadline: .none(on: time))).elementsEqual(first))
    #expect(second.counts.validated == 20)

    let writer = RecordWriter(SystemRandomNumberGenerator())
    var known = KnownPages(maximumBodyBytes: 2 << 20)
    func page(_ url: String, _ text: String) throws -> CapturedPage {
      try CapturedPage(
        PageResponse(
          url: url, status: 200, headers: ["ETag": "\"e\"", "Content-Length": "1"], body: Data(text.utf8),
          fetchedAt: time.now),
        writer: writer)
    }
    for (index, text) in first.enumerated() { known.add(try page(urls[index], text)) }
    #expect(known.decodedBytes <= 1 << 20 && known.decodedBytes > 3 << 18)
    for (index, text) in first.enumerated() { known.add(try page(urls[index], text)) }
    #expect(known.decodedBytes <= 1 << 20 && known.decodedBytes > 3 << 18, "a page counts once")
    let texts = urls.map { known.page($0).map { String(decoding: $0.response.body, as: UTF8.self) } }
    #expect(texts.elementsEqual(first), "some are decoded again")
    #expect(urls.allSatisfy { known.request($0, at: $0).headers.count == 1 })
  }

  @Test("A page that its reader refuses is archived and not stored")
  func refusedPage() throws {
    let time = ManualTime()
    let server = try site { _ in Self.html([], Data(Self.page.utf8)) }
    defer { server.stop() }
    let live = try live(server, time: time)
    let request = FetchRequest("\(server.url)/p")
    let errors = live.read([request], deadline: .none(on: time)) { _, _ in throw NotAPage() }
    #expect(errors[0] is NotAPage)
    #expect(try WARCReader.members(of: live.archive.bytes).count == 3)
    #expect(try s3.get().gzipKeys.count == 1, "robots.txt")
  }

  @Test("A stored page that its reader refuses, and that the source only confirms, is requested whole")
  func poisonedStore() throws {
    let time = ManualTime()
    let isGood = Locked(false)
    let server = try site { request in
      if request.header("If-None-Match") != nil { return .http(304) }
      return Self.html([], Data((isGood.change { $0 } ? Self.page : "<p>maintenance</p>").utf8))
    }
    defer { server.stop() }
    let url = "\(server.url)/p"
    _ = try live(server, time: time).fetch([url], deadline: .none(on: time))
    isGood.change { $0 = true }
    time.advance(by: .seconds(60))
    let next = try live(server, run: "run-2", time: time)
    var texts: [String] = []
    let errors = next.read([FetchRequest(url)], deadline: .none(on: time)) { _, page in
      texts.append(String(decoding: page.body, as: UTF8.self))
      if page.body.count < 100 { throw NotAPage() }
    }
    #expect(errors[0] == nil)
    #expect(texts == ["<p>maintenance</p>", Self.page])
    #expect(next.counts == SharedPages.Counts(fetched: 2, validated: 1, shared: 0), "robots.txt is new as well")
    let archived = try ArchivedPages(next.archive.bytes, at: "k", policy: makePolicy(try #require(Site(server.url))))
    #expect(bodies(archived.fetch([url], deadline: .none(on: time))) == [Self.page], "the replay reads the last one")
  }

  @Test(
    "A page that an earlier version stored decoded is used; a cut one is requested whole", arguments: [true, false])
  func earlierVersion(isCut: Bool) throws {
    let time = ManualTime()
    let server = try site { request in
      request.header("If-None-Match") != nil ? .http(304) : Self.html([], Data(Self.page.utf8))
    }
    defer { server.stop() }
    let url = "\(server.url)/p"
    let old = isCut ? String(Self.page.prefix(700)) : Self.page
    // As 669b2a3 wrote it.
    let record = try WARCRecord(
      WARCResponse(
        status: 200,
        headers: [
          WARCField("Content-Type", "text/html"), WARCField("ETag", "\"e\""),
          WARCField("X-Archive-Orig-Content-Encoding", "gzip"), WARCField("X-Archive-Orig-Content-Length", "600"),
        ], body: Data(old.utf8)), from: url, at: time.now, id: "urn:uuid:1")
    let stored = StoredPage(url: url, member: try record.compressed(), validated: time.now)
    #expect(try store(time: time).store([stored], deadline: .none(on: time)) == [nil])
    time.advance(by: .seconds(60))
    let live = try live(server, run: "run-2", time: time)
    #expect(bodies(live.fetch([url], deadline: .none(on: time))) == [Self.page])
    #expect(live.counts.validated == (isCut ? 0 : 1))
    let info = try WARCRecord(info: [], at: time.now, id: "urn:uuid:0").compressed()
    let archive = try ArchivedPages(
      info + record.compressed(), at: "k", policy: makePolicy(try #require(Site(server.url))))
    let replayed = bodies(archive.fetch([url], deadline: .none(on: time)))
    #expect(isCut ? replayed[0].contains("no </html>") : replayed == [Self.page])
  }
}
