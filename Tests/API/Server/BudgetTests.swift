import Foundation
import Testing

@testable import APIServer

/// The server's budget is that of one answer of `/large`.
@Suite("Large answers that clients take slowly")
struct BudgetTests {
  private func server(waiting: Int) throws -> RunningServer {
    try RunningServer {
      $0.answers = 8 << 20
      $0.waitingAnswers = waiting
      $0.budgetTime = .seconds(20)
    }
  }

  /// A client that has the beginning of its answer, and does not read on.
  private func slowReader(_ running: RunningServer, _ headers: String = "") throws -> RawClient {
    let client = try running.client()
    client.get("/large", headers)
    try #require(client.readMore())
    return client
  }

  @Test("They are bounded: one more is refused, and small answers are not held up")
  func bounded() throws {
    let running = try server(waiting: 0)
    let slow = try slowReader(running)
    let other = try running.client()
    other.get("/large")
    let refusal = try #require(other.answer())
    #expect(refusal.status == 503)
    #expect(refusal.head.contains("retry-after: 5") && refusal.head.contains("application/problem+json"))
    #expect(refusal.body.contains("fewer records"))
    other.get("/")
    #expect(other.answer()?.status == 200)
    #expect(slow.answer()?.body.utf8.count == 8 << 20)
  }

  @Test("One that waits is answered when another is taken")
  func waiting() throws {
    let running = try server(waiting: 1)
    let slow = try slowReader(running)
    let other = try running.client()
    other.get("/large")
    #expect(slow.answer()?.status == 200)
    #expect(other.answer()?.body.utf8.count == 8 << 20)
  }

  @Test("A compressed answer counts as it is sent, and one that is lost counts no more")
  func counted() throws {
    let running = try server(waiting: 0)
    let compressed = try slowReader(running, "Accept-Encoding: gzip\r\n")
    let head = try running.client()
    head.send("HEAD /large HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
    while head.readMore() {}
    do { _ = try slowReader(running) }
    // The server sees a moment later that this client has gone.
    var status = 503
    for _ in 0..<1000 where status == 503 {
      let next = try running.client()
      next.get("/large")
      status = next.answer()?.status ?? 0
    }
    #expect(status == 200)
    withExtendedLifetime(compressed) {}
  }
}
