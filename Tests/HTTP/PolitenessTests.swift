import Foundation
import Synchronization
import TestSupport
import Testing
import Time

@testable import HTTP

@Suite("HTTP client: rate and breaker")
struct PolitenessTests {
  private let policy = HTTPRetryPolicy(
    backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(2), maximumAttempts: 2))

  private func client(_ time: ManualTime, breaker: Bool = true) -> HTTPClient {
    var options = HTTPClient.Options()
    options.leavesFailingHostsAlone = breaker
    options.maximumPerHost = 1
    return HTTPClient(options, time: time, random: FixedRandom(0))
  }

  private func requests(_ server: ScriptedServer, _ count: Int) -> [HTTPRequest] {
    (0..<count).map { HTTPRequest("GET", "\(server.url)/\($0)") }
  }

  @Test("retries count against the rate, over calls")
  func rate() throws {
    let server = try ScriptedServer { request in
      request.number == 2 ? .http(503) : .http(200)
    }
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time, breaker: false)
    client.spacing = .milliseconds(500)
    let deadline = Deadline(after: .seconds(60), on: time)
    // 1, 2 and its retry, 3; then 4 and 5.
    _ = client.sendAll(requests(server, 3), retrying: policy, deadline: deadline)
    #expect(time.uptime == .milliseconds(1500))
    let answers = client.sendAll(requests(server, 2), retrying: policy, deadline: deadline)
    #expect(try answers.map { try $0.get().status } == [200, 200])
    #expect(time.uptime == .milliseconds(2500))
    #expect(server.requests.count == 6)
  }

  @Test("what the rate leaves no time for is not asked for, and says so")
  func noTime() throws {
    let server = try ScriptedServer(replies: [.http()])
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time)
    client.spacing = .seconds(2)
    let outcomes = client.sendAll(
      requests(server, 4), retrying: policy, deadline: Deadline(after: .seconds(3), on: time))
    #expect(server.requests.count == 2)
    guard case .failure(let error) = outcomes[3] else { return #expect(Bool(false), "an answer without a request") }
    #expect(error.kind == .timedOut)
    #expect(error.detail.contains("rate"))
  }

  @Test("a host that fails ten times in a row is left alone, tried once after the wait, and then used again")
  func breaker() throws {
    let isWell = Atomic(false)
    let server = try ScriptedServer { _ in isWell.load(ordering: .relaxed) ? .http(200) : .http(500) }
    defer { server.stop() }
    let time = ManualTime()
    let client = client(time)
    var changes: [HostChange] = []
    client.onHostChange = { changes.append($0) }
    func send(_ count: Int) -> [Result<HTTPResponse, HTTPError>] {
      client.sendAll(requests(server, count), retrying: policy, deadline: Deadline(after: .seconds(60), on: time))
    }

    let first = send(30)
    #expect(server.requests.count == 10)
    // Those that were tried have their last answer; the others say why they were not.
    #expect(first.filter { (try? $0.get())?.status == 500 }.count == 10)
    let refused = first.compactMap { if case .failure(let error) = $0 { error } else { nil } }
    #expect(refused.count == 20)
    #expect(refused.allSatisfy { $0.kind == .hostLeftAlone && $0.detail.contains("failed 10 times in a row") })

    #expect(send(3).allSatisfy { if case .failure = $0 { true } else { false } })
    #expect(server.requests.count == 10)

    time.advance(by: .seconds(6))
    _ = send(3)
    #expect(server.requests.count == 11)

    // The wait has doubled.
    time.advance(by: .seconds(6))
    _ = send(3)
    #expect(server.requests.count == 11)

    time.advance(by: .seconds(5))
    isWell.store(true, ordering: .relaxed)
    for count in [14, 17] {
      #expect(try send(3).map { try $0.get().status } == [200, 200, 200])
      #expect(server.requests.count == count)
    }
    #expect(
      changes == [
        .leftAlone(host: server.url, failures: 10, pause: .seconds(5)),
        .leftAlone(host: server.url, failures: 11, pause: .seconds(10)), .wellAgain(host: server.url),
      ])
  }

  @Test("answers that are the request's own fault, and 429, are no failures of the host")
  func otherStatuses() throws {
    let server = try ScriptedServer { request in .http([404, 403, 429, 410][request.number % 4]) }
    defer { server.stop() }
    let time = ManualTime()
    let outcomes = client(time).sendAll(
      requests(server, 40), retrying: .never, deadline: Deadline(after: .seconds(60), on: time))
    #expect(outcomes.allSatisfy { (try? $0.get()) != nil })
    #expect(server.requests.count == 40)
  }

  @Test("a host that says when to come again is busy, and not left alone")
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
    "no connection, a hang-up, half an answer and noise are failures of the host",
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
    let refused = outcomes.filter { if case .failure(let error) = $0 { error.kind == .hostLeftAlone } else { false } }
    #expect(refused.count == 2)
  }

  @Test("a time-out is a failure of the host, but not when the caller's deadline is what ended it")
  func timeouts() throws {
    func isLeftAlone(timeout: Duration, deadline: Duration) throws -> Bool {
      let server = try ScriptedServer { .http(200, delay: $0.number <= 11 ? 2 : 0) }
      defer { server.stop() }
      var options = HTTPClient.Options()
      options.leavesFailingHostsAlone = true
      options.maximumPerHost = 11
      let client = HTTPClient(options)
      var requests = requests(server, 11)
      for index in requests.indices { requests[index].timeout = timeout }
      let deadline = Deadline(after: deadline, on: SystemTime())
      _ = client.sendAll(requests, retrying: .never, deadline: deadline)
      let later = Deadline(after: .seconds(20), on: SystemTime())
      let second = client.sendAll(self.requests(server, 1), retrying: .never, deadline: later)
      return second.allSatisfy { if case .failure(let error) = $0 { error.kind == .hostLeftAlone } else { false } }
    }
    #expect(try isLeftAlone(timeout: .milliseconds(50), deadline: .seconds(20)))
    #expect(try !isLeftAlone(timeout: .seconds(20), deadline: .milliseconds(600)))
  }

  @Test("a page's answer of 500 counts once, however often it is tried; that nothing came counts each time")
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
    #expect(try attempts(.http(500)) == 12)
    #expect(try attempts(.hangUp) == 10)
  }

  @Test("without the option a host may fail as often as it likes")
  func off() throws {
    let server = try ScriptedServer(replies: [.http(500)])
    defer { server.stop() }
    let time = ManualTime()
    _ = client(time, breaker: false).sendAll(
      requests(server, 30), retrying: .never, deadline: Deadline(after: .seconds(60), on: time))
    #expect(server.requests.count == 30)
  }
}
