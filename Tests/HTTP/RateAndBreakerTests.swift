import Compression
import Foundation
import Synchronization
import TestSupport
import Testing
import Time

@testable import HTTP

@Suite("HTTP client: rate and circuit breaker")
struct RateAndBreakerTests {
  private let policy = HTTPRetryPolicy(
    backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(2), maximumAttempts: 2))

  private func client(_ time: ManualTime, breaker: Bool = true) -> HTTPClient {
    var options = HTTPClient.Options()
    options.usesCircuitBreaker = breaker
    options.maximumPerHost = 1
    return HTTPClient(options, time: time, random: FixedRandom(0))
  }

  private func requests(_ server: ScriptedServer, _ count: Int) -> [HTTPRequest] {
    (0..<count).map { HTTPRequest("GET", "\(server.url)/\($0)") }
  }

  @Test("retries count against the rate, across calls")
  func rate() throws {
    let server = try ScriptedServer { request in
      request.number == 2 ? .http(503) : .http(200)
    }
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time, breaker: false)
    client.minimumInterval = .milliseconds(500)
    let deadline = Deadline(after: .seconds(60), on: time)
    // 1, 2 and its retry, 3; then 4 and 5.
    _ = client.sendAll(requests(server, 3), retrying: policy, deadline: deadline)
    #expect(time.uptime == .milliseconds(1500))
    let answers = client.sendAll(requests(server, 2), retrying: policy, deadline: deadline)
    #expect(try answers.map { try $0.get().status } == [200, 200])
    #expect(time.uptime == .milliseconds(2500))
    #expect(server.requests.count == 6)
  }

  @Test("a burst starts at once, then requests come at the rate; a pause fills the bucket again, up to the burst")
  func burst() throws {
    let server = try ScriptedServer { request in request.number == 2 ? .http(503) : .http(200) }
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time, breaker: false)
    client.minimumInterval = .seconds(2)
    client.burst = 3
    let deadline = Deadline(after: .seconds(600), on: time)
    // 1, 2 and its retry are the burst; 3 and 4 follow at the rate.
    _ = client.sendAll(requests(server, 4), retrying: policy, deadline: deadline)
    #expect(server.requests.count == 5 && time.uptime == .seconds(4))
    time.advance(by: .seconds(3))
    // One token, and half of the next one.
    _ = client.sendAll(requests(server, 2), retrying: policy, deadline: deadline)
    #expect(time.uptime == .seconds(8))
    time.advance(by: .seconds(500))
    let start = time.uptime
    _ = client.sendAll(requests(server, 4), retrying: policy, deadline: deadline)
    #expect(time.uptime - start == .seconds(2), "the bucket holds no more than the burst")
  }

  @Test("a request that went elsewhere takes a token")
  func countedRequest() throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time, breaker: false)
    client.minimumInterval = .seconds(2)
    client.countRequest(to: server.url)
    _ = client.sendAll(requests(server, 1), retrying: policy, deadline: Deadline(after: .seconds(60), on: time))
    #expect(time.uptime == .seconds(2))
  }

  @Test("the breaker opens after the failures, and for the time, that the options say")
  func breakerOptions() throws {
    let server = try ScriptedServer(replies: [.http(500)])
    defer { server.stop() }
    let time = ManualTime()
    var options = HTTPClient.Options()
    options.usesCircuitBreaker = true
    options.maximumPerHost = 1
    options.breakerFailures = 3
    options.breakerCooldown = .seconds(90)
    let client = HTTPClient(options, time: time, random: FixedRandom(0))
    var events: [CircuitEvent] = []
    client.onCircuitEvent = { events.append($0) }
    let deadline = Deadline(after: .seconds(600), on: time)
    _ = client.sendAll(requests(server, 5), retrying: .never, deadline: deadline)
    #expect(server.requests.count == 3)
    #expect(events == [.opened(host: server.url, failures: 3, cooldown: .seconds(90))])
    time.advance(by: .seconds(91))
    _ = client.sendAll(requests(server, 2), retrying: .never, deadline: deadline)
    #expect(server.requests.count == 4, "the probe")
    #expect(events.last == .opened(host: server.url, failures: 4, cooldown: .seconds(90)), "no longer than the option")
  }

  @Test("a request for which the rate leaves no time is not sent, and its error says so")
  func noTime() throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time)
    client.minimumInterval = .seconds(2)
    let outcomes = client.sendAll(
      requests(server, 4), retrying: policy, deadline: Deadline(after: .seconds(3), on: time))
    #expect(server.requests.count == 2)
    guard case .failure(let error) = outcomes[3] else { return #expect(Bool(false), "a response without a request") }
    #expect(error.kind == .timedOut)
    #expect(error.detail.contains("rate"))
  }

  @Test(
    "ten consecutive failures open the circuit breaker; after the cooldown one request probes, and a success closes it")
  func breaker() throws {
    let isHealthy = Atomic(false)
    let server = try ScriptedServer { _ in isHealthy.load(ordering: .relaxed) ? .http(200) : .http(500) }
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time)
    var events: [CircuitEvent] = []
    client.onCircuitEvent = { events.append($0) }
    func send(_ count: Int) -> [Result<HTTPResponse, HTTPError>] {
      client.sendAll(requests(server, count), retrying: policy, deadline: Deadline(after: .seconds(60), on: time))
    }

    let first = send(30)
    #expect(server.requests.count == 10)
    // Requests that were sent have their last response; the errors of the others say why they were not sent.
    #expect(first.filter { (try? $0.get())?.status == 500 }.count == 10)
    let refused = first.compactMap { if case .failure(let error) = $0 { error } else { nil } }
    #expect(refused.count == 20)
    #expect(
      refused.allSatisfy {
        $0.kind == .circuitOpen && $0.detail.contains("failed 10 times in a row (first: status 500) and")
      })

    #expect(send(3).allSatisfy { if case .failure = $0 { true } else { false } })
    #expect(server.requests.count == 10)

    time.advance(by: .seconds(6))
    _ = send(3)
    #expect(server.requests.count == 11)

    // The cooldown has doubled.
    time.advance(by: .seconds(6))
    _ = send(3)
    #expect(server.requests.count == 11)

    time.advance(by: .seconds(5))
    isHealthy.store(true, ordering: .relaxed)
    for count in [14, 17] {
      #expect(try send(3).map { try $0.get().status } == [200, 200, 200])
      #expect(server.requests.count == count)
    }
    #expect(
      events == [
        .opened(host: server.url, failures: 10, cooldown: .seconds(5)),
        .opened(host: server.url, failures: 11, cooldown: .seconds(10)), .closed(host: server.url),
      ])
    #expect(
      events.map(\.description) == [
        "circuit open: \(server.url) failed 10 times in a row and gets no request for 5 s",
        "circuit open: \(server.url) failed 11 times in a row and gets no request for 10 s",
        "circuit closed: \(server.url) responds again",
      ])
  }

  @Test("statuses of 4xx, including 429, are not failures of the host")
  func otherStatuses() throws {
    let server = try ScriptedServer { request in .http([404, 403, 429, 410][request.number % 4]) }
    defer { server.stop() }
    let time = ManualTime()
    let outcomes = client(time).sendAll(
      requests(server, 40), retrying: .never, deadline: Deadline(after: .seconds(60), on: time))
    #expect(outcomes.allSatisfy { (try? $0.get()) != nil })
    #expect(server.requests.count == 40)
  }

  @Test("503 with Retry-After does not open the circuit breaker")
  func retryAfter() throws {
    let server = try ScriptedServer(replies: [.http(503, [("Retry-After", "1")])])
    defer { server.stop() }
    let time = ManualTime()
    let outcomes = client(time).sendAll(
      requests(server, 20), retrying: policy, deadline: Deadline(after: .seconds(600), on: time))
    #expect(outcomes.allSatisfy { (try? $0.get())?.status == 503 })
    #expect(server.requests.count == 40)
  }

  @Test(
    "no connection, a hang-up, half a response and noise are failures of the host",
    arguments: [
      .hangUp, .http(200, [], Data("whole".utf8), cutTo: 2), ScriptedServer.Reply(bytes: Data("noise\r\n\r\n".utf8)),
      nil,
    ] as [ScriptedServer.Reply?])
  func failures(reply: ScriptedServer.Reply?) throws {
    let server = try ScriptedServer(replies: [reply ?? .hangUp])
    defer { server.stop() }
    if reply == nil { server.stop() }
    let time = ManualTime()
    let outcomes = client(time).sendAll(
      requests(server, 12), retrying: .never, deadline: Deadline(after: .seconds(60), on: time))
    let refused = outcomes.filter { if case .failure(let error) = $0 { error.kind == .circuitOpen } else { false } }
    #expect(refused.count == 2)
  }

  @Test("a timeout is a failure of the host, unless the caller's deadline caused it")
  func timeouts() throws {
    func opensCircuit(timeout: Duration, deadline: Duration) throws -> Bool {
      let server = try ScriptedServer { .http(200, delay: $0.number <= 11 ? 2 : 0) }
      defer { server.stop() }
      var options = HTTPClient.Options()
      options.usesCircuitBreaker = true
      options.maximumPerHost = 11
      let client = HTTPClient(options)
      var requests = requests(server, 11)
      for index in requests.indices { requests[index].timeout = timeout }
      let deadline = Deadline(after: deadline, on: SystemTime())
      _ = client.sendAll(requests, retrying: .never, deadline: deadline)
      let later = Deadline(after: .seconds(20), on: SystemTime())
      let second = client.sendAll(self.requests(server, 1), retrying: .never, deadline: later)
      return second.allSatisfy { if case .failure(let error) = $0 { error.kind == .circuitOpen } else { false } }
    }
    #expect(try opensCircuit(timeout: .milliseconds(50), deadline: .seconds(20)))
    #expect(try !opensCircuit(timeout: .seconds(20), deadline: .milliseconds(600)))
  }

  @Test("repeated 500s and broken bodies of one page count once; a missing response counts on each attempt")
  func repeated() throws {
    let patient = HTTPRetryPolicy(
      backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(2), maximumAttempts: 12))
    func attempts(_ reply: ScriptedServer.Reply) throws -> Int {
      let server = try ScriptedServer(replies: [reply])
      defer { server.stop() }
      let time = ManualTime()
      _ = client(time).sendAll(
        requests(server, 1), retrying: patient, deadline: Deadline(after: .seconds(60), on: time))
      return server.requests.count
    }
    let body = try GzipCompressor().member(of: Data(repeating: 65, count: 3000))
    #expect(try attempts(.http(500)) == 12)
    #expect(try attempts(.http(200, [("Content-Encoding", "gzip")], body.dropLast(9))) == 12, "cut")
    #expect(try attempts(.http(200, [("Content-Encoding", "gzip")], Data("<html></html>".utf8))) == 12, "no gzip")
    #expect(try attempts(.hangUp) == 10)
  }

  @Test("without the option no number of failures stops requests")
  func off() throws {
    let server = try ScriptedServer(replies: [.http(500)])
    defer { server.stop() }
    let time = ManualTime()
    _ = client(time, breaker: false).sendAll(
      requests(server, 30), retrying: .never, deadline: Deadline(after: .seconds(60), on: time))
    #expect(server.requests.count == 30)
  }
}
