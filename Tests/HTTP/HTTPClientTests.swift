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

  @Test(
    "any method carries headers and a body with its content type, and response headers come back",
    arguments: ["POST", "PUT", "PATCH", "DELETE", "QUERY", "GET"])
  func methods(method: String) throws {
    let replyHeaders = [("X-WP-TotalPages", "7"), ("Link", "<a>; rel=next"), ("Link", "<b>; rel=prev")]
    let server = try ScriptedServer(replies: [.http(200, replyHeaders, "[]")])
    defer { server.stop() }
    let request = HTTPRequest(
      method, server.url + "/token",
      headers: ["Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic eDp5"],
      body: Data("grant_type=client_credentials".utf8))
    let response = try client().send(request, deadline: deadline())
    let sent = try #require(server.requests.first)
    #expect(sent.method == method)
    #expect(sent.header("Content-Type") == "application/x-www-form-urlencoded")
    #expect(sent.header("Authorization") == "Basic eDp5")
    #expect(sent.body == Data("grant_type=client_credentials".utf8))
    #expect(response.headers["x-wp-totalpages"] == "7")
    #expect(response.headers.filter { $0.name == "Link" }.map(\.value) == ["<a>; rel=next", "<b>; rel=prev"])
  }

  @Test(
    "a method or header that HTTP does not allow is not sent, and its value is not shown",
    arguments: [
      ("GET", "Authorization", "Bearer hush\n"), ("GET", "X-Name", "hush\r\nX-Other: 1"), ("GET", "X-Name", "hush\0"),
      ("GET", "X Name", "hush"), ("GET", "X-Name:", "hush"), ("GET", "", "hush"), ("GET\r\nX: hush", "X-Name", "v"),
      ("", "X-Name", "v"),
    ])
  func invalidHead(method: String, name: String, value: String) throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    let request = HTTPRequest(method, server.url, headers: [name: value])
    let error = #expect(throws: HTTPError.self) { try client().send(request, deadline: deadline()) }
    #expect(error?.kind == .invalidHeader)
    #expect(error?.description.contains("hush") == false)
    #expect(server.requests.isEmpty)
  }

  @Test("header values may contain tabs and characters beyond ASCII")
  func headerValues() throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    _ = try client().send(HTTPRequest("GET", server.url, headers: ["X-Name": "a\tü"]), deadline: deadline())
    #expect(server.requests.first?.header("X-Name") == "a\tü")
  }

  @Test("an empty body is sent with its length, a missing body without one")
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

  @Test("a body of a megabyte is sent at once, without a wait for '100 Continue'")
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

  @Test("a kept connection that the server has closed is replaced without an error")
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

  @Test("gzip is requested and decompressed; it is not requested if the request forbids it")
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

  @Test(
    "a redirect is a response and not followed, so that credentials never reach another host",
    arguments: [301, 302, 303, 307, 308])
  func redirects(status: Int) throws {
    let other = try ScriptedServer(replies: [.http()])
    defer { other.stop() }
    let server = try ScriptedServer(replies: [.http(status, [("Location", other.url)])])
    defer { server.stop() }
    let request = HTTPRequest("GET", server.url, headers: ["Authorization": "Bearer token"])
    let response = try client().send(request, deadline: deadline())
    #expect(response.status == status)
    #expect(response.headers["Location"] == other.url)
    #expect(server.requests.map { $0.header("Authorization") } == ["Bearer token"])
    #expect(other.requests.isEmpty)
  }

  @Test("every kind of failure has its own error kind")
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

  @Test("the deadline ends a request that takes longer")
  func deadlineBoundsTheRequest() throws {
    let server = try ScriptedServer(replies: [.http(200, [], "", delay: 30)])
    defer { server.stop() }
    let start = time.uptime
    #expect(throws: HTTPError.self) {
      try client().send(HTTPRequest("GET", server.url), deadline: Deadline(after: .milliseconds(150), on: time))
    }
    #expect(time.uptime - start < .seconds(10))
  }

  @Test("an error shows neither user, nor password, nor query of a URL")
  func redaction() {
    let error = HTTPError(.connection, url: "https://user:pass@host:8/path/x?token=t#f", detail: "no")
    #expect(error.url == "https://host:8/path/x")
    #expect(HTTPError(.connection, url: "https://host?token=t", detail: "no").url == "https://host")
  }

  @Test("temporary failures are retried, and the responses keep the order of the requests")
  func retries() throws {
    let asked = Locked(Set<String>())
    let server = try ScriptedServer { request in
      guard asked.change({ $0.insert(request.target).inserted }) else { return .http(200, [], request.target) }
      return ["/0", "/2"].contains(request.target) ? .hangUp : .http(503)
    }
    defer { server.stop() }
    let requests = (0..<4).map { HTTPRequest("GET", server.url + "/\($0)") }
    let outcomes = client().sendAll(requests, retrying: impatient, deadline: deadline())
    #expect(try outcomes.map { String(decoding: try $0.get().body, as: UTF8.self) } == ["/0", "/1", "/2", "/3"])
  }

  @Test("after the last attempt its response is the outcome, and 404 is not retried")
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

  @Test("concurrent requests to one host stay within the limit")
  func perHostCap() throws {
    let gauge = Gauge()
    let server = try ScriptedServer { _ in
      gauge.enter()
      // The first requests stay until the limit is reached, however slow the machine is.
      let end = Date(timeIntervalSinceNow: 20)
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

  @Test("Retry-After delays every request to that host")
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

  @Test("a host whose Retry-After exceeds the deadline gets no further request")
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
    // The next call still knows the pause.
    _ = client.sendAll(requests, retrying: impatient, deadline: deadline)
    #expect(server.requests.count == 1)
  }

  @Test("a delay that would exceed the deadline is not started")
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

/// Counts concurrent visitors.
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
