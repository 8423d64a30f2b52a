import Contracts
import Foundation
import HTTP
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Text
import Time
import WARC

@testable import Fetching

/// Credentials go to the source, and nowhere else.
struct AuthenticationTests {
  private static let secret = "s3cr3t/key+with=signs"  // pragma: allowlist secret

  static let kinds: [Authentication] = [
    .bearer(token: secret), .basic(user: "reader", password: secret), .header(name: "X-Api-Key", value: secret),
    .query(name: "apikey", value: secret),
  ]

  private let s3 = Result { try MemoryS3() }
  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  /// Spellings of the secret that no output may contain.
  private var spellings: [String] {
    [
      Self.secret, PercentEncoding.encode(Self.secret), Data("reader:\(Self.secret)".utf8).base64EncodedString(),
    ]
  }

  private func expectNoSecret(_ data: Data, _ output: String) {
    for spelling in spellings { #expect(data.firstRange(of: spelling.utf8) == nil, "\(output)") }
  }

  /// Every uncompressed byte of a WARC file.
  private func content(of archive: Data) throws -> Data {
    try WARCReader.members(of: archive).map(\.record).reduce(into: Data()) { all, record in
      all += Data("\(record.targetURI ?? "")\n".utf8)
      for field in record.fields { all += Data("\(field.name): \(field.value)\n".utf8) }
      all += record.block
    }
  }

  @Test("Each kind of credentials is sent as its standard says (F12)")
  func headersAndQuery() throws {
    let server = try ScriptedServer(replies: [.http(200, [("Content-Type", "text/html")], "x")])
    defer { server.stop() }
    func received(_ kind: Authentication) throws -> ScriptedServer.Request {
      let policy = makePolicy(try #require(Site(server.url)), authentication: kind)
      _ = HTTPPageSource(policy).send([FetchRequest("\(server.url)/a?apikey=old&b=c#f")], deadline: soon)
      return try #require(server.requests.last)
    }
    #expect(try received(.bearer(token: "t-o-k-e-n")).header("Authorization") == "Bearer t-o-k-e-n")
    // RFC 7617, 2.
    #expect(
      try received(.basic(user: "Aladdin", password: "open sesame")).header("Authorization")
        == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    #expect(try received(.header(name: "X-Api-Key", value: "k")).header("X-Api-Key") == "k")
    #expect(try received(.query(name: "apikey", value: "a b&c")).target.hasPrefix("/a?b=c&apikey=a%20b%26c"))
    #expect(try received(.bearer(token: "x")).target.hasPrefix("/a?apikey=old&b=c"))
  }

  @Test("Neither a redirect nor a moved robots.txt takes the credentials to another host", arguments: kinds)
  func otherHost(kind: Authentication) throws {
    let other = try ETagServer([
      "/robots.txt": ETagServer.Response(body: "User-agent: *\n", type: "text/plain"),
      "/p/1": ETagServer.Response(body: "<p>elsewhere</p>"),
    ])
    let server = try ETagServer()
    server.set(ETagServer.Response(status: 302, location: other.url("/robots.txt")), at: "/robots.txt")
    for path in ["/old", "/old?apikey=\(PercentEncoding.encode(Self.secret))"] {
      server.set(ETagServer.Response(status: 301, location: other.url("/p/1")), at: path)
    }
    let live = try makeLivePages(of: server.site, policy: makePolicy(server.site, authentication: kind))
    let outcome = live.fetch([server.url("/old")], deadline: soon)[0]
    guard case .failure(let error) = outcome else { throw POSIXError(.EINVAL) }
    #expect(error.reason == .unavailable)
    #expect(other.requests == ["200 /robots.txt"], "the page itself is not read")
    for request in other.received { expectNoSecret(Data(request.head.utf8), "another host") }
    let robots = try #require(server.received.first)
    #expect(robots.target == "/robots.txt")
    expectNoSecret(Data(robots.head.utf8), "robots.txt")
    #expect(server.received.count == 2)
  }

  @Test("Headers of the policy, and of a request, go to the policy's site only, not to its http twin")
  func ownHeaders() throws {
    let server = try ScriptedServer(replies: [.http(200)])
    defer { server.stop() }
    // The same server under another name, since other addresses of this machine are refused.
    let other = server.url.replacing("127.0.0.1", with: "localhost")
    for (address, isSite) in [(server.url, true), (other, false)] {
      var policy = makePolicy(try #require(Site(address)), authentication: .bearer(token: Self.secret))
      policy.headers = ["X-Policy": "1"]
      _ = HTTPPageSource(policy).send([FetchRequest("\(server.url)/a", headers: ["X-Own": "1"])], deadline: soon)
      let request = try #require(server.requests.last)
      #expect(request.header("X-Policy") == (isSite ? "1" : nil))
      #expect(request.header("X-Own") == (isSite ? "1" : nil))
      #expect((request.header("Authorization") != nil) == isSite)
    }
    let site = try #require(Site("https://www.example.org"))
    for url in [
      "http://www.example.org/a", "https://www.example.org:8443/", "https://www.example.org@evil.example/",
      "https://www.example.org.evil.example/", "//www.example.org/", "/a",
    ] {
      #expect(!site.isOrigin(of: url), "\(url)")
    }
    #expect(site.isOrigin(of: "HTTPS://WWW.EXAMPLE.ORG?a=b"))
  }

  @Test("A redirect within the site has the credentials again")
  func sameSite() throws {
    let server = try ETagServer(["/robots.txt": ETagServer.Response(type: "text/plain")])
    let key = "apikey=\(PercentEncoding.encode(Self.secret))"
    // The source repeats the key, as many do.
    server.set(ETagServer.Response(status: 302, location: "/new?page=2&\(key)"), at: "/old?\(key)")
    server.set(ETagServer.Response(body: "<p>new</p>"), at: "/new?page=2&\(key)")
    let policy = makePolicy(try server.site, authentication: .query(name: "apikey", value: Self.secret))
    let live = try makeLivePages(of: server.site, policy: policy)
    let page = try live.fetch([server.url("/old")], deadline: soon)[0].get()
    #expect(page.body == Data("<p>new</p>".utf8))
    let replayed = try ArchivedPages(live.archive.bytes, at: "k", policy: policy)
    #expect(try replayed.fetch([server.url("/old")], deadline: soon)[0].get() == page)
  }

  @Test(
    "A secret is in no archive, key, stored page, error or warning, even if the source repeats it", arguments: kinds)
  func secrecy(kind: Authentication) throws {
    let secret = Self.secret
    let isBroken = Locked(false)
    let server = try ScriptedServer { request in
      if isBroken.change({ $0 }) { return .hangUp }
      if request.target == "/robots.txt" { return .http(404) }
      let echo = [
        ("Content-Type", "text/html"), ("X-Api-Key", secret), ("X-Echo", "key \(secret)"),
        (
          "Link",
          "<http://x/?page=2&apikey=\(PercentEncoding.encode(secret))>; rel=\"next\", </?API%4bey=short>; rel=prev"
        ),
      ]
      return request.target.hasPrefix("/refused")
        ? .http(403, echo, "no access with \(secret)") : .http(200, echo, "<p>\(secret), \(secret)</p>")
    }
    defer { server.stop() }
    var policy = makePolicy(
      try #require(Site(server.url)), authentication: kind, secretQueryItems: ["apikey", "token"],
      secretHeaders: ["X-Api-Key"])
    policy.headers = ["X-Api-Key": secret]
    let s3 = try s3.get()
    let time = ManualTime()
    let soon = Deadline.none(on: time)
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment, time: time
    ).pages(of: "example")
    var texts: [String] = []
    let live = try makeLivePages(
      of: policy.site, policy: policy, store: store, job: makeJob(started: time.now), time: time,
      warn: { texts.append("\($0)") })
    let key = PercentEncoding.encode(secret)
    let requests = [
      FetchRequest("\(server.url)/a?apikey=\(key)&page=1"), FetchRequest("\(server.url)/refused?token=\(key)"),
      FetchRequest(
        "\(server.url)/b?token=\(key)", method: "POST", headers: ["X-Api-Key": secret], body: Data("q".utf8)),
    ]
    let outcomes = live.fetch(requests, deadline: soon)
    #expect(server.requests.contains { $0.head.contains("page=1") && $0.head.contains(key) }, "the source gets it")
    #expect(try outcomes[0].get().body == Data("<p>REDACTED, REDACTED</p>".utf8))
    #expect(try outcomes[0].get().headers["Link"]?.contains("page=2&apikey=REDACTED>; rel=\"next\"") == true)
    #expect(try outcomes[0].get().headers["Link"]?.contains("API%4bey=REDACTED>; rel=prev") == true)
    #expect(outcomes[1] == .failure(FetchError(.refused, "status 403")))
    // A failing connection names the address.
    isBroken.change { $0 = true }
    texts.append("\(live.fetch([FetchRequest("\(server.url)/c?token=\(key)")], deadline: soon))")
    s3.refuse { _ in true }
    texts.append("\(live.fetch([FetchRequest("\(server.url)/d?token=\(key)")], deadline: soon))")

    let archive = try content(of: live.archive.bytes)
    #expect(archive.firstRange(of: "/a?apikey=REDACTED&page=1".utf8) != nil)
    expectNoSecret(archive, "the archive")
    expectNoSecret(live.archive.bytes, "the archive's bytes")
    expectNoSecret(Data("\(outcomes) \(texts)".utf8), "outcomes, errors, warnings")
    #expect(texts.count == 3, "two errors and the warning about the store")
    var dumped = ""
    dump((policy, kind), to: &dumped)
    expectNoSecret(Data("\(policy) \(kind) \([kind]) \(String(reflecting: policy)) \(dumped)".utf8), "descriptions")
    for key in s3.keys {
      expectNoSecret(Data(key.utf8), "a key")
      let object = try #require(s3.body(of: key))
      expectNoSecret(object, "an object")
      guard s3.gzipKeys.contains(key) else { continue }
      expectNoSecret(try content(of: object), "a stored page")
    }
    #expect(s3.gzipKeys.count == 2, "robots.txt and the page")
    for request in s3.requests { expectNoSecret(Data(request.utf8), "a request to the store") }
    // The redacted address identifies the page.
    let replayed = try ArchivedPages(live.archive.bytes, at: "k", policy: policy)
    #expect(replayed.fetch([requests[0]], deadline: soon) == [outcomes[0]])
    let missing = replayed.fetch([FetchRequest("\(server.url)/x?token=\(key)")], deadline: soon)
    expectNoSecret(Data("\(missing)".utf8), "a replay's error")
  }
}
