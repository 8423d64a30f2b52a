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
    ])
  func retryAfterForms(value: String, wait: Duration) {
    #expect(decision(for: 503, ["Retry-After": value]) == .retry(after: wait))
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
