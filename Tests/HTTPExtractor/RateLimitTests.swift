import Contracts
import Fetching
import TestSupport
import Testing
import Time

@testable import HTTPExtractor

/// The limits that a source states in its headers.
@Suite("Rate limits of the source")
struct RateLimitTests {
  private static func yaml(_ headers: String) -> String {
    """
    url: "{server}/items"
    robots: ignore
    paginate: {kind: page_number, first: 0, total_pages: .pages}
    rate: {requests: 100000, headers: \(headers)}
    retry: {attempts: 3, backoff_seconds: 0}
    """
  }

  /// A source of three pages, which has no request left behind the first one for so many seconds.
  private func source(_ headers: String, pause: Int, status: Int = 200) throws -> LiveSource {
    try LiveSource(Self.yaml(headers)) { request in
      let page = request.target.split(separator: "=").last ?? ""
      let body = #"{"pages":3,"data":[{"id":"\#(page)"}]}"#
      guard request.number == 1 else { return json(body) }
      return json(body, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "\(pause)")], status: status)
    }
  }

  @Test("The policy obeys headers only where the definition says so")
  func policy() throws {
    #expect(try source("obey", pause: 1).policy.sending.obeysRateLimitHeaders)
    #expect(try !source("ignore", pause: 1).policy.sending.obeysRateLimitHeaders)
    #expect(try !makeReader("url: https://x.example/").policy.sending.obeysRateLimitHeaders)
  }

  @Test("A page or a retry waits for the reset", arguments: [200, 429])
  func waits(status: Int) throws {
    let obeying = try source("obey", pause: 40, status: status)
    #expect(try obeying.read().records.count == 3)
    #expect(obeying.time.uptime == .seconds(40) && obeying.server.requests.count == (status == 200 ? 3 : 4))
    let ignoring = try source("ignore", pause: 40, status: status)
    #expect(try ignoring.read().records.count == 3)
    #expect(ignoring.time.uptime < .seconds(1))
  }

  @Test("A reset behind the deadline fails the item at once: nothing more is sent")
  func behindDeadline() throws {
    let limited = try source("obey", pause: 4000, status: 429)
    #expect(try limited.error(within: .seconds(60)).name == .sourceThrottled)
    #expect(limited.server.requests.count == 1 && limited.time.uptime < .seconds(1))
    let usedUp = try source("obey", pause: 4000)
    let error = try usedUp.error(within: .seconds(60))
    #expect(error.name == .sourceUnavailable && error.message.contains("rate limit"))
    #expect(usedUp.server.requests.count == 1 && usedUp.time.uptime < .seconds(1))
  }
}
