import Foundation
import TestSupport
import Testing
import Time

@testable import HTTP

@Suite("HTTP client")
struct HTTPClientTests {
  private let time = SystemTime()

  private func deadline(_ seconds: Int = 20) -> Deadline { Deadline(after: .seconds(seconds), on: time) }

  private func client(_ change: (inout HTTPClient.Options) -> Void = { _ in }) -> HTTPClient {
    var options = HTTPClient.Options()
    change(&options)
    return HTTPClient(options)
  }

  private let impatient = HTTPRetryPolicy(
    backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(5), maximumAttempts: 3))

  @Test("sends method, path, headers and body exactly as given")
  func sendsExactly() throws {
    let server = try ScriptedServer(replies: [.http(201, [("ETag", "\"a\"")], "made")])
    defer { server.stop() }
    let request = HTTPRequest(
      "PUT", server.url + "/a/../b%20c/./d//e?x=1&y", headers: ["X-Empty": "", "X-Name": "v"], body: Data("hello".utf8))
    let response = try client().send(request, deadline: deadline())
    #expect(response.status == 201)
    #expect(response.headers["etag"] == "\"a\"")
    #expect(response.body == Data("made".utf8))
    let sent = try #require(server.requests.first)
    #expect(sent.head.hasPrefix("PUT /a/../b%20c/./d//e?x=1&y HTTP/1.1\r\n"))
    #expect(sent.header("X-Name") == "v")
    #expect(sent.header("X-Empty") == "")
    #expect(sent.header("Content-Length") == "5")
    #expect(sent.header("Expect") == nil)
    #expect(sent.header("Content-Type") == nil)
    #expect(sent.body == Data("hello".utf8))
  }

  @Test("an empty body is sent with its length, no body without one")
  func emptyBody() throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    let client = client()
    _ = try client.send(HTTPRequest("PUT", server.url, body: Data()), deadline: deadline())
    _ = try client.send(HTTPRequest("DELETE", server.url), deadline: deadline())
    #expect(server.requests[0].header("Content-Length") == "0")
    #expect(server.requests[1].method == "DELETE")
    #expect(server.requests[1].header("Content-Length") == nil)
  }

  @Test("a body of a megabyte goes out at once, without waiting for '100 Continue'")
  func largeBody() throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    let body = Data((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0) })
    _ = try client().send(HTTPRequest("POST", server.url, body: body), deadline: deadline())
    #expect(server.requests.first?.body == body)
  }

  @Test("connections are kept alive between requests")
  func keepAlive() throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    let client = client()
    for _ in 0..<3 { _ = try client.send(HTTPRequest("GET", server.url), deadline: deadline()) }
    #expect(server.requests.map(\.connection) == [1, 1, 1])
    #expect(client.requestsSent == 3)
  }

  @Test("a kept connection that the server has closed meanwhile is replaced without an error")
  func staleConnection() throws {
    let server = try ScriptedServer { request in
      Reply(bytes: ScriptedServer.Reply.http(200).bytes, closes: request.number == 1)
    }
    defer { server.stop() }
    let client = client()
    for _ in 0..<2 { #expect(try client.send(HTTPRequest("GET", server.url), deadline: deadline()).status == 200) }
    #expect(server.requests.map(\.connection) == [1, 2])
  }

  private typealias Reply = ScriptedServer.Reply

  @Test("gzip is asked for and undone; not asked for when the request forbids it")
  func compression() throws {
    // gzip of "hello\n", made with gzip -n.
    let packed = try #require(Data(base64Encoded: "H4sIAAAAAAAAA8tIzcnJ5wIAIDA6NgYAAAA="))
    let server = try ScriptedServer(replies: [.http(200, [("Content-Encoding", "gzip")], packed)])
    defer { server.stop() }
    let plain = try client().send(HTTPRequest("GET", server.url), deadline: deadline())
    #expect(plain.body == Data("hello\n".utf8))
    let raw = try client().send(HTTPRequest("GET", server.url, acceptsCompression: false), deadline: deadline())
    #expect(raw.body == packed)
    #expect(server.requests[0].header("Accept-Encoding")?.contains("gzip") == true)
    #expect(server.requests[1].header("Accept-Encoding") == nil)
  }

  @Test("a redirect is an answer, and not followed")
  func redirects() throws {
    let server = try ScriptedServer(replies: [.http(302, [("Location", "/elsewhere")])])
    defer { server.stop() }
    let response = try client().send(HTTPRequest("GET", server.url), deadline: deadline())
    #expect(response.status == 302)
    #expect(response.headers["Location"] == "/elsewhere")
    #expect(server.requests.count == 1)
  }

  @Test("what can go wrong has a kind of its own")
  func errorKinds() throws {
    func kind(_ reply: Reply, _ change: (inout HTTPRequest) -> Void = { _ in }) throws -> HTTPError.Kind? {
      let server = try ScriptedServer(replies: [reply])
      defer { server.stop() }
      var request = HTTPRequest("GET", server.url)
      change(&request)
      do {
        _ = try client().send(request, deadline: deadline())
        return nil
      } catch { return error.kind }
    }
    #expect(try kind(.hangUp) == .interrupted)
    #expect(try kind(.http(200, [], Data(count: 100), cutTo: 50)) == .interrupted)
    #expect(try kind(.http(200, [], Data(count: 100))) { $0.maximumBodyBytes = 99 } == .tooLarge)
    #expect(try kind(.http(200, [], Data(count: 100))) { $0.maximumBodyBytes = 100 } == nil)
    #expect(try kind(.http(200, [], "", delay: 2)) { $0.timeout = .milliseconds(80) } == .timedOut)
    #expect(try kind(Reply(bytes: Data("what is this\r\n\r\n".utf8), closes: true)) == .protocolViolation)
    #expect(try kind(.http(200, [("Content-Encoding", "gzip")], "not gzip")) == .protocolViolation)
    #expect(try kind(.http()) { $0.url = "file:///etc/passwd" } == .invalidURL)
    #expect(try kind(.http()) { $0.url = "http://127.0.0.1:1/" } == .connection)
    #expect(try kind(.http()) { $0.url = "http://host.invalid/" } == .connection)
  }

  @Test("an answer that would outlast the deadline is not waited for")
  func deadlineBoundsTheRequest() throws {
    let server = try ScriptedServer(replies: [.http(200, [], "", delay: 30)])
    defer { server.stop() }
    let start = time.uptime
    #expect(throws: HTTPError.self) {
      try client().send(HTTPRequest("GET", server.url), deadline: Deadline(after: .milliseconds(150), on: time))
    }
    #expect(time.uptime - start < .seconds(10))
  }

  @Test("an error shows neither the user, nor the password, nor the query of an address")
  func redaction() {
    let error = HTTPError(.connection, url: "https://user:pass@host:8/path/x?token=t#f", detail: "no")
    #expect(error.url == "https://host:8/path/x")
    #expect(HTTPError(.connection, url: "https://host?token=t", detail: "no").url == "https://host")
  }

  @Test("passing troubles are tried again, and the answers keep the order of the requests")
  func retries() throws {
    let asked = Guarded(Set<String>())
    let server = try ScriptedServer { request in
      guard asked.change({ $0.insert(request.target).inserted }) else { return .http(200, [], request.target) }
      return ["/0", "/2"].contains(request.target) ? .hangUp : .http(503)
    }
    defer { server.stop() }
    let requests = (0..<4).map { HTTPRequest("GET", server.url + "/\($0)") }
    let outcomes = client().sendAll(requests, retrying: impatient, deadline: deadline())
    #expect(try outcomes.map { String(decoding: try $0.get().body, as: UTF8.self) } == ["/0", "/1", "/2", "/3"])
  }

  @Test("after the last try the answer itself is the outcome, and 404 is final at once")
  func givesUp() throws {
    let server = try ScriptedServer { $0.target == "/gone" ? .http(404) : .http(500) }
    defer { server.stop() }
    let outcomes = client().sendAll(
      [HTTPRequest("GET", server.url + "/gone"), HTTPRequest("GET", server.url + "/broken")], retrying: impatient,
      deadline: deadline())
    #expect(try outcomes.map { try $0.get().status } == [404, 500])
    #expect(server.requests.count { $0.target == "/gone" } == 1)
    #expect(server.requests.count { $0.target == "/broken" } == 3)
  }

  @Test("no more requests are under way at one host than the cap allows")
  func perHostCap() throws {
    let gauge = Gauge()
    let server = try ScriptedServer { _ in
      gauge.enter()
      // The first ones stay until the cap is reached, however slow the machine is.
      let end = Date(timeIntervalSinceNow: 5)
      while gauge.peak < 3 && Date() < end { Thread.sleep(forTimeInterval: 0.001) }
      gauge.leave()
      return .http()
    }
    defer { server.stop() }
    let requests = (0..<12).map { HTTPRequest("GET", server.url + "/\($0)") }
    let outcomes = client { $0.maximumPerHost = 3 }.sendAll(requests, retrying: .never, deadline: deadline())
    #expect(outcomes.allSatisfy { (try? $0.get().status) == 200 })
    #expect(gauge.peak == 3)
  }

  @Test("Retry-After holds back every request to that host")
  func retryAfterPausesTheHost() throws {
    let clock = ManualTime()
    let server = try ScriptedServer { $0.number == 1 ? .http(429, [("Retry-After", "7")]) : .http() }
    defer { server.stop() }
    var options = HTTPClient.Options()
    options.maximumPerHost = 1
    let client = HTTPClient(options, time: clock, random: FixedRandom(0))
    let outcomes = client.sendAll(
      [HTTPRequest("GET", server.url + "/a"), HTTPRequest("GET", server.url + "/b")], retrying: impatient,
      deadline: Deadline(after: .seconds(60), on: clock))
    #expect(try outcomes.map { try $0.get().status } == [200, 200])
    #expect(clock.sleeps == [.seconds(7)])
    #expect(server.requests.count == 3)
  }

  @Test("a host that asks for more time than there is gets no further request, not even a first one")
  func retryAfterEndsTheBatch() throws {
    let clock = ManualTime()
    let server = try ScriptedServer(replies: [.http(429, [("Retry-After", "600")])])
    defer { server.stop() }
    var options = HTTPClient.Options()
    options.maximumPerHost = 1
    let client = HTTPClient(options, time: clock, random: FixedRandom(0))
    let requests = (0..<20).map { HTTPRequest("GET", server.url + "/\($0)") }
    let deadline = Deadline(after: .seconds(60), on: clock)
    let outcomes = client.sendAll(requests, retrying: impatient, deadline: deadline)
    #expect(try outcomes[0].get().status == 429)
    let kinds = outcomes.dropFirst().map { outcome -> HTTPError.Kind? in
      if case .failure(let error) = outcome { error.kind } else { nil }
    }
    #expect(kinds.allSatisfy { $0 == .timedOut })
    #expect(server.requests.count == 1)
    #expect(clock.sleeps.isEmpty)
    // The next call remembers.
    _ = client.sendAll(requests, retrying: impatient, deadline: deadline)
    #expect(server.requests.count == 1)
  }

  @Test("a wait that would outlast the deadline is not begun")
  func retryAfterBeyondTheDeadline() throws {
    let clock = ManualTime()
    let server = try ScriptedServer(replies: [.http(503, [("Retry-After", "3600")])])
    defer { server.stop() }
    let client = HTTPClient(HTTPClient.Options(), time: clock)
    let outcomes = client.sendAll(
      [HTTPRequest("GET", server.url)], retrying: impatient, deadline: Deadline(after: .seconds(60), on: clock))
    #expect(try outcomes[0].get().status == 503)
    #expect(clock.sleeps.isEmpty)
  }
}

/// Counts how many are inside at once.
private final class Gauge: @unchecked Sendable {
  private let lock = NSLock()
  private var inside = 0
  private var highest = 0

  var peak: Int { lock.withLock { highest } }

  func enter() {
    lock.withLock {
      inside += 1
      highest = max(highest, inside)
    }
  }

  func leave() { lock.withLock { inside -= 1 } }
}
