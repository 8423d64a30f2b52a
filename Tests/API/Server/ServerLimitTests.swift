import Foundation
import Testing

@testable import APIServer

@Suite("The server's limits, and its stop")
struct ServerLimitTests {
  @Test("A client that is slow with its head is told so, and holds nobody up")
  func slowHead() throws {
    let running = try RunningServer { $0.headTime = .milliseconds(300) }
    let slow = try running.client()
    slow.send("GET / HT")
    let quick = try running.client()
    quick.get("/")
    #expect(quick.response()?.status == 200)
    #expect(slow.response()?.status == 408)
    #expect(slow.isClosed)
  }

  @Test("A client that is slow with its body is told so")
  func slowBody() throws {
    let running = try RunningServer { $0.bodyTime = .milliseconds(300) }
    let client = try running.client()
    client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
    #expect(client.response()?.status == 408)
  }

  @Test("A connection without requests is closed after a while")
  func idle() throws {
    // It also bounds the wait for the first request.
    let running = try RunningServer { $0.idleTime = .milliseconds(1500) }
    let client = try running.client()
    client.get("/")
    #expect(client.response()?.status == 200)
    #expect(client.isClosed)
  }

  @Test("A connection too many gets 503, and the others go on")
  func tooMany() throws {
    let running = try RunningServer {
      $0.connections = 4
      $0.placeTime = .seconds(60)
    }
    // The server takes connections in their order, so it has these four before the next one.
    var held = try (0..<4).map { _ in try running.client() }
    for client in held { client.send("GET / HTTP/1.1\r\n") }
    let late = try running.client()
    late.get("/")
    let refusal = try #require(late.response())
    #expect(refusal.status == 503)
    #expect(refusal.head.contains("retry-after: 1"))
    #expect(late.isClosed)
    held[0].send("Host: t\r\n\r\n")
    #expect(held[0].response()?.head.contains("connection: close") == true)
    #expect(held[0].isClosed)
    held.removeFirst()
    // The server sees a moment later that the client has gone.
    var status = 503
    for _ in 0..<100 where status == 503 {
      let next = try running.client()
      next.get("/")
      status = next.response()?.status ?? 503
      if status == 503 { Thread.sleep(forTimeInterval: 0.02) }
    }
    #expect(status == 200)
  }

  @Test("Clients that hold all places and ask for nothing give way to one that asks; the one under way does not")
  func holders() throws {
    let gate = DispatchSemaphore(value: 0)
    let running = try RunningServer(gate: gate) {
      $0.connections = 4
      $0.placeTime = .milliseconds(100)
    }
    let busy = try running.client()
    busy.get("/slow")
    try #require(running.entered.wait(timeout: .now() + 30) == .success)
    let held = try (0..<3).map { _ in try running.client() }
    for client in held { client.send("GET / HT") }
    // The server reads what they sent, and they hold their places for longer than they may.
    Thread.sleep(forTimeInterval: 0.5)
    for _ in 0..<2 {
      let late = try running.client()
      late.get("/")
      #expect(late.response()?.status == 200)
    }
    let first = try #require(held[0].response())
    #expect(first.status == 408)
    #expect(held[0].isClosed)
    #expect(Set(running.refused.change { $0.map(\.status) }) == [408])
    gate.signal()
    #expect(busy.response()?.body == "at last")
  }

  @Test("The largest body is dropped as it comes, and what follows it is read")
  func largestBody() throws {
    let running = try RunningServer()
    let client = try running.client()
    let body = String(repeating: "x", count: 65_536)
    for _ in 0..<3 { client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 65536\r\n\r\n\(body)") }
    client.get("/?q=after")
    for _ in 0..<3 { #expect(client.response()?.body == "posted") }
    #expect(client.response()?.body == "hello after")
  }

  @Test("A connection that has sent nothing gives its place up unanswered: it may be asking just now")
  func idleHolders() throws {
    let running = try RunningServer {
      $0.connections = 4
      $0.placeTime = .zero
    }
    let held = try (0..<4).map { _ in try running.client() }
    let late = try running.client()
    late.get("/")
    #expect(late.response()?.status == 200)
    #expect(held[0].isClosed)
    #expect(running.refused.change { $0.isEmpty })
  }

  /// On a busy machine a client may be slow, and its head late.
  @Test("Two hundred clients at once are all answered: by data, by 503, or for the slow ones by 408 or the end")
  func crowd() throws {
    let running = try RunningServer { $0.placeTime = .seconds(60) }
    let clients = try (0..<200).map { _ in
      let client = try running.client()
      client.get("/", "Connection: close\r\n")
      return client
    }
    let statuses = clients.map { $0.response()?.status ?? 0 }
    #expect(statuses.allSatisfy { [200, 408, 503, 0].contains($0) }, "\(Set(statuses))")
    #expect(statuses.count { $0 == 200 } >= 64)
  }

  @Test("A stop lets the request under way end, and closes connections that wait")
  func stop() throws {
    let gate = DispatchSemaphore(value: 0)
    let running = try RunningServer(gate: gate)
    let (busy, idle) = (try running.client(), try running.client())
    idle.get("/")
    #expect(idle.response()?.status == 200)
    busy.get("/slow")
    try #require(running.entered.wait(timeout: .now() + 30) == .success)
    running.server.stop()
    #expect(idle.isClosed)
    gate.signal()
    let response = busy.response()
    #expect(response?.body == "at last")
    #expect(busy.isClosed)
    #expect(running.stopAndWait())
    #expect(throws: POSIXError.self) { _ = try running.client() }
  }

  @Test("A client that never ends does not hold up the stop for ever")
  func stubbornClient() throws {
    let running = try RunningServer { $0.stopTime = .milliseconds(200) }
    let client = try running.client()
    client.send("GET / HTTP/1.1\r\n")
    Thread.sleep(forTimeInterval: 0.2)
    #expect(running.stopAndWait())
    // Long before its head would be late.
    #expect(client.response() == nil)
  }
}
