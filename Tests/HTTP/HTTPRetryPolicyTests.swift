import Foundation
import Testing
import Time

@testable import HTTP

@Suite("HTTP retry policy")
struct HTTPRetryPolicyTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT.
  private let now = Date(timeIntervalSince1970: 784_111_777)

  private func decision(for status: Int, _ headers: HTTPHeaders = [:]) -> RetryDecision {
    HTTPRetryPolicy().decision(for: .success(HTTPResponse(status: status, headers: headers)), now: now)
  }

  @Test("temporary failures are retried", arguments: [429, 500, 502, 503, 504, 408, 425])
  func passing(status: Int) {
    #expect(decision(for: status) == .retry())
  }

  @Test(
    "successes and permanent failures are not retried", arguments: [200, 204, 301, 304, 400, 401, 403, 404, 410, 501])
  func final(status: Int) {
    #expect(decision(for: status) == .giveUp)
  }

  @Test(
    "Retry-After is read in both forms, and an invalid one is no delay",
    arguments: [
      ("120", Duration.seconds(120)), ("0", .zero), ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)),
      ("Sun, 06 Nov 1994 08:00:00 GMT", .zero), ("-5", .zero), ("soon", .zero), ("", .zero),
      ("Sun, 31 Feb 1994 08:50:37 GMT", .zero), ("99999999999", .seconds(86_400)),
      ("99999999999999999999999", .seconds(86_400)),
    ])
  func retryAfterForms(value: String, wait: Duration) {
    #expect(decision(for: 503, ["Retry-After": value]) == .retry(after: wait))
  }

  @Test(
    "Retry-After is read as a decimal number, and as RFC 850 and asctime write dates",
    arguments: [
      ("3.0", Duration.seconds(3)), ("3.000", .seconds(3)), ("2.1", .seconds(3)), ("0.5", .seconds(1)),
      ("3.", .seconds(3)),
      (" 3 ", .seconds(3)), ("86400.5", .seconds(86_400)),
      ("Sunday, 06-Nov-94 08:50:37 GMT", .seconds(60)), ("Sun Nov  6 08:50:37 1994", .seconds(60)),
      ("Sun, 06-Nov-1994 08:50:37 GMT", .seconds(60)), ("Sun, 6 Nov 1994 08:50:37 UTC", .seconds(60)),
      ("sun, 06 nov 1994 08:50:37 gmt", .seconds(60)),
      (".5", .zero), ("3.0.1", .zero), ("1e3", .zero), ("+3", .zero), ("3,0", .zero), ("٣", .zero), ("NaN", .zero),
      ("Sunday, 06-Nov-94 08:50:37", .zero), ("Sun Nov  6 08:50:37 PST 1994", .zero),
      ("Sun, 06 Nov 1994 08:50:37 -0600", .zero), ("Sun Nov  6 24:00:00 1994", .zero),
    ])
  func furtherForms(value: String, wait: Duration) {
    #expect(decision(for: 503, ["Retry-After": value]) == .retry(after: wait))
  }

  @Test(
    "A year of two digits is at most 50 years in the future",
    arguments: [
      (1994, "94", 1994), (1994, "00", 2000), (1994, "44", 2044), (1994, "45", 1945), (2026, "94", 1994),
      (2026, "76", 2076), (2026, "77", 1977), (2026, "27", 2027),
    ])
  func twoDigits(now: Int, year: String, expected: Int) throws {
    let current = try #require(HTTPDate.parse("Sun, 06 Nov \(now) 08:49:37 GMT", now: self.now))
    let date = HTTPDate.parse("Sunday, 06-Nov-\(year) 08:49:37 GMT", now: current)
    #expect(date == HTTPDate.parse("Sun Nov  6 08:49:37 \(expected)", now: current))
    #expect(date != nil)
  }

  @Test("transport failures are retried, a response that is too large or an untrusted peer is not")
  func errors() {
    let policy = HTTPRetryPolicy()
    let outcomes: [(HTTPError.Kind, RetryDecision)] = [
      (.connection, .retry()), (.interrupted, .retry()), (.timedOut, .retry()), (.protocolViolation, .retry()),
      (.circuitOpen, .retry()), (.tls, .giveUp), (.tooLarge, .giveUp), (.invalidURL, .giveUp),
      (.invalidHeader, .giveUp), (.cancelled, .giveUp),
    ]
    for (kind, expected) in outcomes {
      #expect(policy.decision(for: .failure(HTTPError(kind, url: "http://h", detail: "")), now: now) == expected)
    }
  }
}
