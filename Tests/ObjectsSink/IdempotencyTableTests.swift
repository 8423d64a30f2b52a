import FoundationEssentials
import TestSupport
import Testing
import Time

@testable import AWS
@testable import DynamoDB
@testable import ObjectsSink

@Suite("The table of completed writes")
struct IdempotencyTableTests {
  private let now = Date(timeIntervalSince1970: 1_717_243_200)
  private let time = ManualTime(Date(timeIntervalSince1970: 1_717_243_200))

  private func table(_ server: ScriptedServer, timeout: Duration = .seconds(20)) throws -> IdempotencyTable {
    let environment = [
      "AWS_ENDPOINT_URL": server.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID",
      "AWS_SECRET_ACCESS_KEY": "secret",
    ]
    return try IdempotencyTable(AWSSession(environment: environment), name: "done", timeout: timeout)
  }

  @Test("An entry is good for 24 hours from the write, also where DynamoDB has not deleted it yet")
  func expiry() throws {
    for (ttl, expected) in [(1_717_243_201, "c0ffee"), (1_717_243_200, nil), (1_717_000_000, nil)] as [(Int, String?)] {
      let server = try ScriptedServer { _ in
        .http(200, [], #"{"Item": {"ttl": {"N": "\#(ttl)"}, "content": {"S": "c0ffee"}}}"#)
      }
      #expect(try table(server).content(of: "k", now: now, deadline: .none(on: time)) == expected)
    }
    // An entry of system 004 does not say what was written.
    let former = try ScriptedServer { _ in
      .http(200, [], #"{"Item": {"idempotency_key": {"S": "k"}, "ttl": {"N": "1800000000"}}}"#)
    }
    #expect(try table(former).content(of: "k", now: now, deadline: .none(on: time)) == nil)
    let empty = try ScriptedServer { _ in .http(200, [], "{}") }
    #expect(try table(empty).content(of: "k", now: now, deadline: .none(on: time)) == nil)
  }

  @Test("A write has system 004's attributes, and the digest beside them")
  func entry() throws {
    let server = try ScriptedServer { _ in .http(200, [], "{}") }
    try table(server).complete("k", content: "c0ffee", now: now, deadline: .none(on: time))
    let body = String(decoding: try #require(server.requests.first).body, as: UTF8.self)
    for part in [
      #""idempotency_key":{"S":"k"}"#, #""ttl":{"N":"1717329600"}"#,
      #""completed_at":{"S":"2024-06-01T12:00:00.000Z"}"#,
      #""content":{"S":"c0ffee"}"#,
    ] { #expect(body.contains(part), "\(body)") }
  }

  @Test("A table that is silent costs a load a short time; one that fails is asked once")
  func silence() throws {
    let silent = try ScriptedServer { _ in .http(200, [], "{}", delay: 30) }
    let bench = try Bench(table: try table(silent, timeout: .milliseconds(200)))
    let start = ContinuousClock.now
    let report = try bench.load([Bench.post(), Bench.post(slug: "other")])
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(report.records.new == 2 && report.remarks.count == 1 && silent.requests.count <= 1)

    let failing = try ScriptedServer { _ in .http(500, [], "{}") }
    #expect(try Bench(table: try table(failing)).load([Bench.post()]).records.new == 1)
    #expect(failing.requests.count == 1)
  }

  @Test("A later entry of another load stays")
  func laterEntry() throws {
    let server = try ScriptedServer { _ in
      .http(400, [], #"{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#)
    }
    try table(server).complete("k", content: "c0ffee", now: now, deadline: .none(on: time))
    #expect(server.requests.count == 1)
  }
}
