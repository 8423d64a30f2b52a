import Foundation
import HTTP
import RawStore
import TestSupport
import Testing
import Time
import WARC

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

/// Pages that the site has moved, over loopback.
struct RedirectTests {
  private let s3 = Result { try MemoryS3() }
  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  private func live(_ tagged: TaggedSite, date: String = "2024-05-31", started: Date = Date()) throws -> LivePages {
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment
    ).pages(of: "wwoz")
    return try makeLivePages(of: tagged.site, store: store, job: makeJob(date: date, started: started))
  }

  /// Pages 1 and 2, and what else is asked for.
  private func site(_ moved: [String: String], robots: String = "") throws -> TaggedSite {
    let tagged = try TaggedSite.pages(2)
    tagged.set(TaggedSite.FunctionResponse(body: robots, type: "text/plain"), at: "/robots.txt")
    for (path, location) in moved { tagged.set(TaggedSite.FunctionResponse(status: 301, location: location), at: path) }
    return tagged
  }

  private func text(_ outcome: Result<Page, FetchError>) -> String {
    switch outcome {
    case .success(let page): String(decoding: page.body, as: UTF8.self)
    case .failure(let error): "\(error)"
    }
  }

  @Test("A page that has moved within the site is read where it is, and out of the archive too")
  func moved() throws {
    let tagged = try site(["/old": "/older", "/older": "1?x=y#part", "/p/twin": "/p/1"])
    tagged.set(TaggedSite.FunctionResponse(body: "<p>here</p>"), at: "/1?x=y")
    let live = try live(tagged)
    let urls = ["/old", "/p/twin", "/p/1"].map(tagged.url)
    let outcomes = live.fetch(urls, deadline: soon)
    #expect(outcomes.map(text) == ["<p>here</p>", "<p>page 1</p>", "<p>page 1</p>"])
    #expect(try ArchivedPages(live.archive.bytes, at: "k").fetch(urls, deadline: soon) == outcomes)
    // What a redirect has led to is there already, for this date's later batches and without a store as well.
    #expect(live.fetch(["/p/1", "/older", "/p/2"].map(tagged.url), deadline: soon).map(text).last == "<p>page 2</p>")
    let ids = try WARCReader.members(of: live.archive.bytes).map(\.record.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(tagged.requests).count == tagged.requests.count, "each page is asked for once")
  }

  @Test("What a redirect led to is neither asked for again nor archived again, also without a store")
  func onceWithoutStore() throws {
    let tagged = try site(["/old": "/p/1"])
    let live = try makeLivePages(of: tagged.site)
    for path in ["/old", "/p/1", "/old"] {
      #expect(live.fetch([tagged.url(path)], deadline: soon).map(text) == ["<p>page 1</p>"])
    }
    #expect(tagged.requests == ["200 /robots.txt", "301 /old", "200 /p/1"])
    #expect(try WARCReader.members(of: live.archive.bytes).count == 4)
  }

  @Test("A redirect for the time being is not shared", arguments: [302, 303, 307, 308])
  func temporary(status: Int) throws {
    let tagged = try site([:])
    tagged.set(TaggedSite.FunctionResponse(status: status, location: "/p/1"), at: "/old")
    let started = Date()
    for date in ["2024-05-31", "2024-06-01"] {
      #expect(
        try live(tagged, date: date, started: started).fetch([tagged.url("/old")], deadline: soon).map(text)
          == ["<p>page 1</p>"])
    }
    #expect(tagged.requests.count { $0 == "\(status) /old" } == (status == 308 ? 1 : 2))
    #expect(tagged.requests.count { $0 == "200 /p/1" } == 1)
  }

  @Test("A redirect for good is asked for once a run")
  func once() throws {
    let tagged = try site(["/old": "/p/1"])
    let started = Date()
    for date in ["2024-05-31", "2024-06-01"] {
      #expect(
        try live(tagged, date: date, started: started).fetch([tagged.url("/old")], deadline: soon).map(text)
          == ["<p>page 1</p>"])
    }
    #expect(tagged.requests.sorted() == ["200 /p/1", "200 /robots.txt", "301 /old"])
  }

  @Test("A redirect to what robots.txt asks not to read is not followed")
  func disallowed() throws {
    let tagged = try site(["/old": "/p/1", "/good": "/p/2"], robots: "User-agent: *\nDisallow: /p/1\n")
    let live = try live(tagged)
    let outcomes = live.fetch(["/old", "/good"].map(tagged.url), deadline: soon)
    #expect(outcomes.map(text) == ["\(tagged.url("/robots.txt")) asks not to read it", "<p>page 2</p>"])
    if case .failure(let error) = outcomes[0] { #expect(error.reason == .disallowed) }
    #expect(!tagged.requests.contains { $0.hasSuffix(" /p/1") })
    // The redirect itself came, and is kept.
    #expect(try WARCReader.members(of: live.archive.bytes).count == 5)
  }

  @Test("A redirect off the site is not followed: what its robots.txt says is not known")
  func otherSite() throws {
    let other = try TaggedSite.pages(1)
    let tagged = try site(["/old": other.url("/p/1"), "/file": "file:///etc/passwd"])
    let outcomes = try live(tagged).fetch(["/old", "/file"].map(tagged.url), deadline: soon)
    #expect(text(outcomes[0]).hasPrefix("it has moved to another site, 127.0.0.1:"))
    #expect(text(outcomes[1]) == "status 301")
    #expect(other.requests.isEmpty)
  }

  @Test("A circle of redirects is given up")
  func circle() throws {
    let tagged = try site(["/a": "/b", "/b": "/a"])
    #expect(try live(tagged).fetch([tagged.url("/a")], deadline: soon).map(text) == ["more than 5 redirects"])
    #expect(tagged.requests.count <= 7)
  }

  @Test("A robots.txt that has moved counts, on another host as well")
  func movedRobots() throws {
    let other = try TaggedSite(["/r": TaggedSite.FunctionResponse(body: "User-agent: *\nDisallow: /p/1\n", type: "text/plain")])
    let tagged = try TaggedSite.pages(2)
    tagged.set(TaggedSite.FunctionResponse(status: 302, location: other.url("/r")), at: "/robots.txt")
    let outcomes = try live(tagged).fetch(["/p/1", "/p/2"].map(tagged.url), deadline: soon)
    #expect(outcomes.map(text) == ["\(tagged.url("/robots.txt")) asks not to read it", "<p>page 2</p>"])
  }

  @Test("From https a redirect to http is none")
  func downgrade() {
    func redirect(from url: String, to location: String) -> String? {
      PageResponse(url: url, status: 302, headers: ["Location": location], body: Data(), fetchedAt: Date()).redirect
    }
    #expect(redirect(from: "https://x/a", to: "http://x/b") == nil)
    #expect(redirect(from: "http://x/a", to: "https://x/b") == "https://x/b")
    #expect(redirect(from: "https://x/a/b?c", to: "//y/d") == "https://y/d")
  }
}
