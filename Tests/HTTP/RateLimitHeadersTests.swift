import Foundation
import TestSupport
import Testing
import Time

@testable import HTTP

@Suite("Headers of rate limits")
struct RateLimitHeadersTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  @Test(
    "a host with no request left is paused until it has some",
    arguments: [
      (["Rate-Limit-Available": "0", "Rate-Limit-Reset": "1800000002500"], Duration.milliseconds(2500)),
      (["Rate-Limit-Available": "-3", "Rate-Limit-Reset": "1800000002500"], .milliseconds(2500)),
      (["RateLimit-Remaining": "0", "RateLimit-Reset": "7"], .seconds(7)),
      (["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000060"], .seconds(60)),
      (["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0.25"], .milliseconds(250)),
      (["X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "Fri, 15 Jan 2027 08:01:00 GMT"], .seconds(60)),
      (["RateLimit": "limit=100, remaining=0, reset=50"], .seconds(50)),
      (["RateLimit": #""hour";r=0;t=50, "day";r=10;t=900"#], .seconds(50)),
      (["RateLimit": #""hour";r=0;t=50, "day";r=0;t=900"#], .seconds(900)),
      // The longest of several, and at most a day.
      (["RateLimit": "remaining=0, reset=5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"], .seconds(9)),
      (["Rate-Limit-Available": "0", "Rate-Limit-Reset": "1900000000000"], .seconds(86_400)),
      // The host's clock is 100 s ahead of this machine's.
      (
        [
          "Date": "Fri, 15 Jan 2027 08:01:40 GMT", "Rate-Limit-Available": "0", "Rate-Limit-Reset": "1800000103000",
        ], .seconds(3)
      ),
    ])
  func paused(fields: [String: String], expected: Duration) {
    #expect(RateLimitHeaders.pause(HTTPHeaders(fields.map { ($0.key, $0.value) }), now: Self.now) == expected)
  }

  @Test(
    "no other response pauses its host",
    arguments: [
      [:], ["Rate-Limit-Available": "1", "Rate-Limit-Reset": "1800000002500"], ["Rate-Limit-Available": "0"],
      ["Rate-Limit-Available": "0", "Rate-Limit-Reset": "1799999999000"], ["RateLimit-Remaining": "0"],
      ["RateLimit-Remaining": "none", "RateLimit-Reset": "9"], ["RateLimit-Remaining": "0", "RateLimit-Reset": "soon"],
      ["RateLimit-Remaining": "0", "RateLimit-Reset": "nan"], ["RateLimit": "limit=100, remaining=3, reset=50"],
      ["RateLimit": #""hour";r=3;t=50"#], ["RateLimit": #""hour";r=0"#], ["RateLimit": ";;=,\""],
    ] as [[String: String]])
  func unpaused(fields: [String: String]) {
    #expect(RateLimitHeaders.pause(HTTPHeaders(fields.map { ($0.key, $0.value) }), now: Self.now) == nil)
  }

  private func client(_ time: ManualTime, obeys: Bool) -> HTTPClient {
    var options = HTTPClient.Options()
    options.maximumPerHost = 1
    options.obeysRateLimitHeaders = obeys
    return HTTPClient(options, time: time, random: FixedRandom(0))
  }

  /// A server whose second response leaves nothing for ten seconds.
  private func server(status: Int = 200) throws -> ScriptedServer {
    try ScriptedServer { request in
      request.number == 2
        ? .http(status, [("RateLimit-Remaining", "0"), ("RateLimit-Reset", "10")]) : .http(200)
    }
  }

  private let policy = HTTPRetryPolicy(
    backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(2), maximumAttempts: 3))

  @Test("requests and retries wait for the reset, across calls", arguments: [200, 429])
  func waits(status: Int) throws {
    let server = try server(status: status)
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time, obeys: true)
    let requests = (0..<2).map { HTTPRequest("GET", "\(server.url)/\($0)") }
    let deadline = Deadline(after: .seconds(60), on: time)
    let first = client.sendAll(requests, retrying: policy, deadline: deadline)
    #expect(try first.map { try $0.get().status } == [200, 200])
    #expect(time.uptime == .seconds(status == 200 ? 0 : 10))
    _ = client.sendAll([requests[0]], retrying: policy, deadline: deadline)
    #expect(time.uptime == .seconds(10))
    #expect(server.requests.count == (status == 200 ? 3 : 4))
  }

  @Test("a reset behind the deadline ends the request at once, and its last response is its outcome")
  func behindDeadline() throws {
    let server = try server(status: 429)
    defer { server.stop() }
    let time = ManualTime()
    let requests = (0..<2).map { HTTPRequest("GET", "\(server.url)/\($0)") }
    let outcomes = client(time, obeys: true)
      .sendAll(requests, retrying: policy, deadline: Deadline(after: .seconds(5), on: time))
    #expect(try outcomes[1].get().status == 429)
    #expect(server.requests.count == 2 && time.uptime < .seconds(1))
  }

  @Test("without the option headers are ignored")
  func ignored() throws {
    let server = try server()
    defer { server.stop() }
    let time = ManualTime()
    let requests = (0..<4).map { HTTPRequest("GET", "\(server.url)/\($0)") }
    _ = client(time, obeys: false).sendAll(
      requests, retrying: policy, deadline: Deadline(after: .seconds(60), on: time))
    #expect(server.requests.count == 4 && time.uptime == .zero)
  }
}
