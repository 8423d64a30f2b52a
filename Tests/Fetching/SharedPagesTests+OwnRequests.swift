import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import WARC

@testable import Fetching

/// Policies and requests other than those of the first dataset.
extension SharedPagesTests {
  @Test("Without robots.txt in the policy it is not requested, and the archive says so")
  func robotsOff() throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(body: "User-agent: *\nDisallow: /\n", type: "text/plain"), at: "/robots.txt")
    var policy = makePolicy(try server.site)
    policy.obeysRobots = false
    let live = try makeLivePages(of: server.site, policy: policy)
    #expect(bodies(live.fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
    #expect(server.requests == ["200 /p/1"])
    let info = try WARCReader.members(of: live.archive.bytes)[0].record.block
    #expect(String(decoding: info, as: UTF8.self).contains("robots: ignore\r\n"))
  }

  @Test("Requests with a method, headers or a body of their own are archived, and neither shared nor repeated from it")
  func ownRequests() throws {
    let server = try ETagServer.pages(2)
    let requests = [
      FetchRequest(server.url("/p/1"), method: "POST", body: Data("a".utf8)),
      FetchRequest(server.url("/p/1"), method: "POST", body: Data("b".utf8)),
      FetchRequest(server.url("/p/2"), headers: ["X-Page": "2"]), FetchRequest(server.url("/p/2")),
    ]
    let live = try live(server, started: Date())
    for _ in 1...2 {
      #expect(
        bodies(live.fetch(requests, deadline: soon)) == [
          "<p>page 1</p>", "<p>page 1</p>", "<p>page 2</p>", "<p>page 2</p>",
        ])
    }
    #expect(server.requests.filter { $0 == "200 /p/1" }.count == 4)
    #expect(server.requests.filter { $0 == "200 /p/2" }.count == 3, "the plain request is shared")
    // Both are sent at once, so that either may arrive first.
    let bodies = server.received.filter { $0.method == "POST" }.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies.sorted() == ["a", "a", "b", "b"])
    // robots.txt and the plain page are in the store.
    #expect(try s3.get().gzipKeys.count == 2)
    #expect(try WARCReader.members(of: live.archive.bytes).filter { $0.record.kind == .response }.count == 8)
  }

  @Test("A replay distinguishes requests to one address by method, headers and body")
  func replayOfOwnRequests() throws {
    let count = Locked(0)
    let server = try ScriptedServer { request in
      count.change { $0 += 1 }
      return .http(200, [("X-Count", "\(count.change { $0 })")], request.body)
    }
    defer { server.stop() }
    let url = server.url + "/search"
    var policy = makePolicy(try #require(Site(server.url)), mediaTypes: [])
    policy.obeysRobots = false
    let requests = [
      FetchRequest(url, method: "POST", body: Data("a".utf8)), FetchRequest(url, method: "POST", body: Data("b".utf8)),
      FetchRequest(url, headers: ["X-Page": "2"]), FetchRequest(url),
    ]
    let live = try makeLivePages(of: policy.site, policy: policy)
    let outcomes = requests.map { live.fetch([$0], deadline: soon)[0] }
    #expect(try outcomes.map { try $0.get().headers["X-Count"] } == ["1", "2", "3", "4"])
    let archived = try ArchivedPages(live.archive.bytes, at: "k", policy: policy)
    #expect(archived.fetch(requests.reversed(), deadline: soon) == outcomes.reversed())
    let other = FetchRequest(url, method: "POST", body: Data("c".utf8))
    #expect(archived.fetch([other], deadline: soon) == [.failure(FetchError(.notArchived, "k does not hold it"))])
  }

  @Test("A redirect of a request with a body is not followed")
  func redirectedPost() throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(status: 307, location: "/p/1"), at: "/old")
    let live = try live(server, started: Date())
    let request = FetchRequest(server.url("/old"), method: "POST", body: Data("a".utf8))
    #expect(bodies(live.fetch([request], deadline: soon)) == ["status 307"])
    #expect(!server.requests.contains("200 /p/1"))
  }

  @Test("A page beyond the default limit of the store is shared if the policy's limit is larger")
  func largePages() throws {
    let server = try ETagServer()
    // Text that does not compress.
    var random = SplitMix(seed: 1)
    let text = String(decoding: (0..<3_000_000).map { _ in UInt8.random(in: 33...126, using: &random) }, as: UTF8.self)
    server.set(ETagServer.Response(body: text), at: "/large")
    var policy = makePolicy(try server.site)
    policy.maximumBodyBytes = 6 << 20
    let raw = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment)
    let started = Date()
    for item in ["a", "b"] {
      let live = try makeLivePages(
        of: server.site, policy: policy, store: raw.pages(of: "x", maximumBytes: policy.maximumBodyBytes * 2),
        job: makeJob(item: item, started: started))
      #expect(try live.fetch([server.url("/large")], deadline: soon)[0].get().body.count == 3_000_000)
    }
    #expect(server.requests == ["404 /robots.txt", "200 /large"])
  }
}
