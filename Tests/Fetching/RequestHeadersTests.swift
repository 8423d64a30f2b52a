import Foundation
import HTTP
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import Fetching

/// The headers that go on the wire.
struct RequestHeadersTests {
  private let s3 = Result { try MemoryS3() }
  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  @Test("A robots.txt that has moved to another host is revalidated there")
  func movedRobots() throws {
    let other = try ETagServer(["/robots.txt": ETagServer.Response(body: "User-agent: *\n", type: "text/plain")])
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(status: 301, location: other.url("/robots.txt")), at: "/robots.txt")
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment
    ).pages(of: "example")
    for _ in 1...2 {
      let live = try makeLivePages(of: server.site, store: store, job: makeJob(started: Date()))
      _ = try live.fetch([server.url("/p/1")], deadline: soon)[0].get()
    }
    #expect(other.requests == ["200 /robots.txt", "304 /robots.txt"])
  }

  @Test("A replay finds a page whose request had a secret header, with another token")
  func rotatedToken() throws {
    let server = try ScriptedServer(replies: [.http(200, [("Content-Type", "text/html")], "x")])
    defer { server.stop() }
    var policy = makePolicy(try #require(Site(server.url)), secretHeaders: ["X-Token"])
    policy.obeysRobots = false
    func request(_ token: String, page: String = "1") -> FetchRequest {
      FetchRequest("\(server.url)/a", headers: ["x-token": token, "X-Page": page])
    }
    let live = try makeLivePages(of: policy.site, policy: policy)
    let page = try live.fetch([request("old")], deadline: soon)[0].get()
    let archive = try ArchivedPages(live.archive.bytes, at: "k", policy: policy)
    #expect(try archive.fetch([request("new")], deadline: soon)[0].get() == page)
    guard case .failure(let error) = archive.fetch([request("old", page: "2")], deadline: soon)[0] else {
      Issue.record("another header is another request")
      return
    }
    #expect(error.reason == .notArchived)
  }

  @Test("A request's own header replaces the policy's, in any case")
  func precedence() throws {
    let server = try ScriptedServer(replies: [.http(200, [("Content-Type", "text/html")], "x")])
    defer { server.stop() }
    // The order of a dictionary differs from one to the next.
    for number in 1...20 {
      var policy = makePolicy(try #require(Site(server.url)))
      policy.headers = ["X-Page": "policy", "X-Other-\(number)": "1"]
      let request = FetchRequest("\(server.url)/a", headers: ["x-page": "own", "x-another-\(number)": "2"])
      _ = HTTPPageSource(policy).send([request], deadline: soon)
      let head = try #require(server.requests.last).head.lowercased()
      #expect(head.components(separatedBy: "x-page:").count == 2)
      #expect(head.contains("x-page: own"))
    }
  }
}
