import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import LambdaRuntime

/// Tests of the loop against a scripted runtime API, to the byte.
@Suite("Runtime loop", .serialized)
struct RuntimeLoopTests {
  private typealias Reply = ScriptedServer.Reply

  /// The observable result of a run.
  private struct Run {
    let status: Int32
    let requests: [ScriptedServer.Request]
    let log: [String]

    /// Requests other than `/next`.
    var posts: [ScriptedServer.Request] { requests.filter { $0.method == "POST" } }
  }

  private struct Echo: Codable { var value: String }

  private static func next(
    _ id: String = "id-1", body: String = "{\"value\":\"x\"}", _ headers: [(String, String)] = []
  ) -> Reply {
    .http(200, [("Lambda-Runtime-Aws-Request-Id", id)] + headers, body)
  }

  /// Runs the loop on the given responses to `/next`. When they are used up, it sees SIGTERM.
  private func run(
    events: [Reply],
    environment: [String: String] = [:], metricsIn namespace: String? = nil, time: any TimeSource = SystemTime(),
    start: ([String: String]) throws -> (Echo, LambdaContext) throws -> Echo = { _ in { event, _ in event } },
    posts: @escaping @Sendable (ScriptedServer.Request) -> Reply = { _ in .http(202) }
  ) throws -> Run {
    let box = LogBox()
    let server = try ScriptedServer { request in
      if request.method == "POST" { return posts(request) }
      let number = box.countEvent()
      guard number <= events.count else {
        box.terminate()
        return .hangUp
      }
      return events[number - 1]
    }
    defer { server.stop() }
    let environment = environment.merging(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"]) { $1 }
    let log = Logger(environment: environment, time: time) { box.add($0) }
    let loop = RuntimeLoop(
      environment: environment, metricsNamespace: namespace, log: log, time: time, random: FixedRandom(0),
      isTerminated: { box.isTerminated })
    let status = loop.run(start)
    return Run(status: status, requests: server.requests, log: box.lines)
  }

  @Test("gets events and responds to them, on one connection")
  func responses() throws {
    let run = try run(events: [Self.next("a"), Self.next("b", body: "{\"value\":\"é\"}")])
    #expect(run.status == 0)
    #expect(
      run.requests.prefix(4).map { "\($0.method) \($0.target)" } == [
        "GET /2018-06-01/runtime/invocation/next", "POST /2018-06-01/runtime/invocation/a/response",
        "GET /2018-06-01/runtime/invocation/next", "POST /2018-06-01/runtime/invocation/b/response",
      ])
    #expect(run.posts.map { String(decoding: $0.body, as: UTF8.self) } == ["{\"value\":\"x\"}", "{\"value\":\"é\"}"])
    #expect(run.posts[0].header("Content-Length") == "13")
    #expect(Set(run.requests.prefix(4).map(\.connection)) == [1])
    #expect(run.log.isEmpty)
  }

  @Test("request id, deadline and trace of an invocation reach the handler")
  func context() throws {
    let clock = ManualTime(Date(timeIntervalSince1970: 1_000))
    var seen: LambdaContext?
    var trace: String?
    let headers = [
      ("Lambda-Runtime-Deadline-Ms", "1010000"), ("Lambda-Runtime-Invoked-Function-Arn", "arn:f"),
      ("Lambda-Runtime-Trace-Id", "Root=1-2-3"),
    ]
    _ = try run(events: [Self.next("r", headers)], time: clock) { _ in
      { event, context in
        seen = context
        trace = getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) }
        return event
      }
    }
    let context = try #require(seen)
    #expect(context.requestID == "r")
    #expect(context.deadline.remaining == .milliseconds(9500))
    #expect(context.traceID == "Root=1-2-3")
    #expect(trace == "Root=1-2-3")
  }

  @Test("only the request id is mandatory, and the trace of an earlier invocation is removed")
  func missingHeaders() throws {
    var traces: [String?] = []
    var deadlines: [Duration] = []
    let run = try run(events: [Self.next("a", [("Lambda-Runtime-Trace-Id", "Root=1")]), Self.next("b")]) { _ in
      { event, context in
        traces.append(getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) })
        deadlines.append(context.deadline.remaining)
        return event
      }
    }
    #expect(traces == ["Root=1", nil])
    #expect(deadlines.allSatisfy { $0 > .seconds(86_400) })
    #expect(run.posts.count == 2)
  }

  @Test("a handler's error is reported as valid JSON whatever its message contains, and the loop continues")
  func handlerError() throws {
    let message = "line\nbreak \"quoted\" \\ tab\t bell\u{7} nul\u{0} é \u{FFFD} 🎷"
    let run = try run(events: [Self.next("a"), Self.next("b")]) { _ in
      { event, context in
        if context.requestID == "a" { throw Named(errorType: "SourceUnavailable", errorMessage: message) }
        return event
      }
    }
    let post = try #require(run.posts.first)
    #expect(post.target == "/2018-06-01/runtime/invocation/a/error")
    #expect(post.header("Content-Type") == "application/json")
    #expect(post.header("Lambda-Runtime-Function-Error-Type") == "Function.SourceUnavailable")
    let body = try #require(try JSONSerialization.jsonObject(with: post.body) as? [String: Any])
    #expect(body["errorMessage"] as? String == message)
    #expect(body["errorType"] as? String == "SourceUnavailable")
    #expect((body["stackTrace"] as? [String]) == [])
    let cause = try #require(post.header("Lambda-Runtime-Function-XRay-Error-Cause"))
    let causeIsASCII = cause.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    #expect(causeIsASCII)
    #expect(try JSONSerialization.jsonObject(with: Data(cause.utf8)) is [String: Any])
    #expect(run.posts[1].target.hasSuffix("/b/response"))
    #expect(run.log.count == 1)
    #expect(run.log[0].contains("ERROR a "))
  }

  @Test("an event that cannot be decoded is InvalidInput for that invocation, and shows nothing of the event")
  func undecodableEvents() throws {
    let run = try run(events: [
      Self.next(body: "{\"value\":"), Self.next(body: "{}"), Self.next(body: "{\"value\":{\"secret\":\"s3cr3t\"}}"),
      Self.next(body: ""), Self.next(),
    ])
    #expect(run.posts.map { $0.target.split(separator: "/").last } == ["error", "error", "error", "error", "response"])
    for post in run.posts.dropLast() {
      #expect(post.header("Lambda-Runtime-Function-Error-Type") == "Function.InvalidInput")
    }
    #expect(String(decoding: run.posts[1].body, as: UTF8.self).contains("'value' is missing"))
    #expect(String(decoding: run.posts[2].body, as: UTF8.self).contains("'value' must be"))
    #expect(!run.log.joined().contains("s3cr3t"))
    #expect(!run.posts.contains { String(decoding: $0.body, as: UTF8.self).contains("s3cr3t") })
  }

  @Test("each invocation writes one line of metrics before its response, and only the first has ColdStart")
  func metrics() throws {
    let clock = ManualTime(Date(timeIntervalSince1970: 1_717_182_000))
    let events = [Self.next("a"), Self.next("b"), Self.next("c", body: "{}"), Self.next("d")]
    let run = try run(
      events: events, environment: ["AWS_LAMBDA_FUNCTION_NAME": "echo", "AWS_LAMBDA_LOG_LEVEL": "FATAL"],
      metricsIn: "Tests", time: clock
    ) { _ in
      { event, context in
        clock.advance(by: .milliseconds(1500))
        context.metrics.count("Seen", 2)
        if context.requestID == "b" { throw Named(errorType: "SourceChanged", errorMessage: "pa55word") }
        return context.requestID == "d"
          ? Echo(value: String(repeating: "x", count: RuntimeClient.maximumResponseBytes)) : event
      }
    }
    #expect(run.posts.map { $0.target.split(separator: "/").last } == ["response", "error", "error", "error"])
    try #require(run.log.count == 4)
    let documents = try run.log.map { try EMFDocument($0) }
    #expect(documents.map { $0.properties["requestId"] as? String } == ["a", "b", "c", "d"])
    #expect(documents.allSatisfy { $0.dimensions == ["Function": "echo"] && $0.namespace == "Tests" })
    #expect(documents[0].metrics == ["ColdStart": 1, "Duration": 1500, "Seen": 2])
    #expect(documents[1].metrics == ["Duration": 1500, "Seen": 2, "Errors": 1])
    #expect(documents[2].metrics == ["Duration": 0, "Errors": 1])
    #expect(documents[3].metrics == ["Duration": 1500, "Seen": 2, "Errors": 1])
    #expect(
      documents.map { $0.properties["error"] as? String } == [
        nil, "SourceChanged", "InvalidInput", "ResponseSizeTooLarge",
      ])
    #expect(!run.log.joined().contains("pa55word"))
  }

  @Test("a response that is too large is reported instead of sent")
  func tooLarge() throws {
    let run = try run(events: [Self.next("a"), Self.next("b")]) { _ in
      { event, context in
        // The JSON around the value has 12 bytes.
        let size = RuntimeClient.maximumResponseBytes - 12 + (context.requestID == "a" ? 1 : 0)
        return Echo(value: String(repeating: "x", count: size))
      }
    }
    #expect(run.posts.map(\.target).map { $0.split(separator: "/").last } == ["error", "response"])
    #expect(run.posts[0].header("Lambda-Runtime-Function-Error-Type") == "Function.ResponseSizeTooLarge")
    #expect(run.posts[1].body.count == RuntimeClient.maximumResponseBytes)
  }

  @Test("a refused response is logged, no error report follows it, and the loop continues", arguments: [413, 400, 403])
  func refusedResponse(status: Int) throws {
    let run = try run(
      events: [Self.next("a"), Self.next("b")], posts: { $0.target.contains("/a/") ? .http(status) : .http(202) })
    #expect(run.status == 0)
    #expect(
      run.posts.map(\.target) == [
        "/2018-06-01/runtime/invocation/a/response", "/2018-06-01/runtime/invocation/b/response",
      ])
    #expect(run.log.contains { $0.contains("\(status)") && $0.contains("ERROR") })
  }

  @Test("a container error ends the process with 1 at once")
  func containerError() throws {
    let atNext = try run(events: [.http(500)])
    #expect(atNext.status == 1)
    #expect(atNext.requests.count == 1)
    let atResponse = try run(events: [Self.next()], posts: { _ in .http(500) })
    #expect(atResponse.status == 1)
    #expect(atResponse.requests.count == 2)
  }

  @Test("an unreachable API is retried with back-off, then the process ends with 1 and logs the reason")
  func unreachable() {
    let box = LogBox()
    let clock = ManualTime()
    let environment = ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"]
    let loop = RuntimeLoop(
      environment: environment, log: Logger(environment: environment, time: clock) { box.add($0) }, time: clock,
      random: FixedRandom(), isTerminated: { false })
    let status = loop.run { _ in { (event: Echo, _) in event } }
    #expect(status == 1)
    #expect(clock.sleeps.count == 4)
    #expect(clock.sleeps == clock.sleeps.sorted())
    #expect(box.lines.contains { $0.contains("FATAL") && $0.contains("cannot be reached") })
  }

  @Test("an interrupted /next is retried")
  func interruptedNext() throws {
    let run = try run(events: [.hangUp, Self.next()])
    #expect(run.status == 0)
    #expect(run.posts.count == 1)
  }

  @Test("SIGTERM during an invocation lets it end: its response is sent, then the process ends with 0")
  func terminatedWhileWorking() throws {
    for fails in [false, true] {
      let terminated = Locked(false)
      let server = try ScriptedServer { request in
        request.method == "GET" ? Self.next("a") : .http(202)
      }
      defer { server.stop() }
      let environment = ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"]
      let loop = RuntimeLoop(
        environment: environment, log: Logger(environment: environment) { _ in },
        isTerminated: { terminated.change { $0 } })
      let status = loop.run { _ in
        { (event: Echo, _) in
          terminated.change { $0 = true }
          if fails { throw Named(errorType: "SourceChanged", errorMessage: "m") }
          return event
        }
      }
      #expect(status == 0)
      #expect(server.requests.map(\.method) == ["GET", "POST"])
      #expect(server.requests.last?.target.hasSuffix(fails ? "/a/error" : "/a/response") == true)
    }
  }

  @Test("an event without a request id ends the process with 1, because it cannot be answered")
  func missingRequestID() throws {
    let run = try run(events: [.http(200, [], "{}")])
    #expect(run.status == 1)
    #expect(run.log.contains { $0.contains("Lambda-Runtime-Aws-Request-Id") })
  }

  @Test("a failed start is reported as an initialisation error, and no event is requested")
  func initialisationError() throws {
    let run = try run(events: [Self.next()]) { _ in
      throw Named(errorType: "ConfigurationInvalid", errorMessage: "BASE_URL is not set")
    }
    #expect(run.status == 1)
    #expect(run.requests.map(\.target) == ["/2018-06-01/runtime/init/error"])
    #expect(run.requests[0].header("Lambda-Runtime-Function-Error-Type") == "Function.ConfigurationInvalid")
    let body = try #require(try JSONSerialization.jsonObject(with: run.requests[0].body) as? [String: Any])
    #expect(body["errorMessage"] as? String == "BASE_URL is not set")
  }

  @Test("concurrent invocations are refused at start")
  func concurrency() throws {
    let refused = try run(events: [Self.next()], environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "2"])
    #expect(refused.status == 1)
    #expect(refused.requests.map(\.target) == ["/2018-06-01/runtime/init/error"])
    let accepted = try run(events: [Self.next()], environment: ["AWS_LAMBDA_MAX_CONCURRENCY": "1"])
    #expect(accepted.status == 0)
  }

  @Test("outside Lambda the log says that the program is a Lambda function")
  func outsideLambda() {
    let box = LogBox()
    let loop = RuntimeLoop(
      environment: [:], log: Logger(environment: [:]) { box.add($0) }, isTerminated: { false })
    #expect(loop.run { _ in { (event: Echo, _) in event } } == 1)
    #expect(box.lines.count == 1)
    #expect(box.lines[0].contains("AWS_LAMBDA_RUNTIME_API is not set"))
  }

  @Test("an event of 6 MiB and 100 bytes is accepted")
  func largestEvent() throws {
    let size = 6 << 20 + 100
    var seen = 0
    let run = try run(events: [
      Self.next(body: "{\"value\":\"\(String(repeating: "x", count: size - 12))\"}")
    ]) { _ in
      { event, _ in
        seen = event.value.utf8.count
        return Echo(value: "")
      }
    }
    #expect(seen == size - 12)
    #expect(run.posts.count == 1)
  }
}

private struct Named: NamedError {
  let errorType: String
  let errorMessage: String
}

/// The state that the server's threads and the loop share.
private final class LogBox: @unchecked Sendable {
  private let lock = NSLock()
  private var kept: [String] = []
  private var events = 0
  private var terminated = false

  var lines: [String] { lock.withLock { kept } }
  var isTerminated: Bool { lock.withLock { terminated } }

  func add(_ line: String) { lock.withLock { kept.append(line) } }
  func terminate() { lock.withLock { terminated = true } }

  func countEvent() -> Int {
    lock.withLock {
      events += 1
      return events
    }
  }
}
