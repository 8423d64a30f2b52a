import Foundation
import TestSupport
import Testing
import Time

@testable import APIServer

/// The server's budget is that of one response of `/large`.
@Suite("Large responses that clients take slowly")
struct BudgetTests {
  private func server(
    waiting: Int, time: any TimeSource & Sendable = SystemTime(), _ change: (inout ServerLimits) -> Void = { _ in }
  ) throws -> RunningServer {
    try RunningServer(time: time) {
      $0.responseBytes = 8 << 20
      $0.waitingResponses = waiting
      $0.budgetTime = .seconds(20)
      $0.pieceTime = .seconds(20)
      change(&$0)
    }
  }

  /// A client that has the beginning of its response, and does not read on.
  private func slowReader(_ running: RunningServer, _ headers: String = "") throws -> RawClient {
    let client = try running.client(receiveBuffer: 128 << 10)
    client.get("/large", headers)
    try #require(client.readMore())
    return client
  }

  @Test("They are bounded: one more is refused, and small responses are not held up")
  func bounded() throws {
    let running = try server(waiting: 0)
    let slow = try slowReader(running)
    let other = try running.client()
    other.get("/large")
    let refusal = try #require(other.response())
    #expect(refusal.status == 503)
    #expect(refusal.head.contains("retry-after: 5") && refusal.head.contains("application/problem+json"))
    #expect(refusal.body.contains("fewer records"))
    other.get("/")
    #expect(other.response()?.status == 200)
    #expect(slow.response()?.body.utf8.count == 8 << 20)
  }

  @Test("One that waits is sent when another is taken")
  func waiting() throws {
    let running = try server(waiting: 1)
    let slow = try slowReader(running)
    let other = try running.client()
    other.get("/large")
    #expect(slow.response()?.status == 200)
    #expect(other.response()?.body.utf8.count == 8 << 20)
  }

  @Test("A client that has taken most of its response holds only the rest")
  func rest() throws {
    let running = try server(waiting: 1)
    let slow = try slowReader(running)
    try #require(slow.read(6 << 20))
    let other = try running.client()
    other.get("/medium")
    #expect(other.response()?.body.utf8.count == 5 << 20)
    #expect(slow.response()?.body.utf8.count == 8 << 20)
  }

  @Test("While all is held, responses that are sent without a large body are sent: compressed ones, HEAD, 304")
  func withoutBody() throws {
    let running = try server(waiting: 0)
    let first = try running.client()
    first.get("/large", "Accept-Encoding: gzip\r\n")
    let lines = first.response()?.head.split(whereSeparator: \.isNewline) ?? []
    let tag = try #require(lines.first { $0.hasPrefix("etag: ") }).dropFirst(6)
    let slow = try slowReader(running)
    let other = try running.client()
    other.get("/large", "Accept-Encoding: gzip\r\n")
    #expect(other.response()?.head.contains("content-encoding: gzip") == true)
    other.get("/large", "If-None-Match: \(tag)\r\n")
    #expect(other.response()?.status == 304)
    other.send("HEAD /large HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
    while other.readMore() {}
    #expect(other.unread.hasPrefix("HTTP/1.1 200 "))
    withExtendedLifetime(slow) {}
  }

  @Test("A response that is lost counts no more")
  func lost() throws {
    let running = try server(waiting: 1)
    do { _ = try slowReader(running) }
    let next = try running.client()
    next.get("/large")
    #expect(next.response()?.status == 200)
  }

  @Test("A client that takes nothing loses the connection, and the one that waits is sent its response")
  func stalled() throws {
    let running = try server(waiting: 1) { $0.pieceTime = .seconds(2) }
    let slow = try slowReader(running)
    let next = try running.client()
    next.get("/large")
    #expect(next.response()?.status == 200)
    #expect(slow.response()?.status == nil)
  }

  @Test("A client that takes less than 256 KB in the time for it loses the connection, and others get its bytes")
  func tooSlow() throws {
    let time = SharedTime()
    let running = try server(waiting: 1, time: time)
    let slow = try slowReader(running)
    // It takes a little now and then, which is not enough.
    while slow.readMore(atMost: 16 << 10) { time.advance(by: .seconds(21)) }
    #expect(slow.response()?.status == nil)
    let next = try running.client()
    next.get("/large")
    #expect(next.response()?.status == 200)
  }

  @Test("A client that takes each 256 KB in time gets all, however long it takes")
  func slowEnough() throws {
    let time = SharedTime()
    let running = try server(waiting: 0, time: time) { $0.responseTime = .seconds(20) }
    let slow = try slowReader(running)
    for _ in 0..<24 {
      try #require(slow.read(256 << 10))
      time.advance(by: .seconds(2))
    }
    #expect(slow.response()?.body.utf8.count == 8 << 20)
  }
}
