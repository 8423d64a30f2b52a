import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

/// Tests of calls for several objects, against scripts.
@Suite("S3: batches")
struct S3BatchTests {
  private let time = ManualTime()
  private var minute: Deadline { Deadline(after: .seconds(60), on: time) }
  private let keys = ["a", "b", "c"].map { S3Location(bucket: "raw", key: $0) }

  private func make(_ transport: ScriptedTransport, maximumAttempts: Int = 4) throws -> S3Client {
    try S3Client(makeSession(transport, time: time, maximumAttempts: maximumAttempts))
  }

  private func found(_ text: String) -> HTTPResponse { HTTPResponse(status: 200, body: Data(text.utf8)) }

  private func kinds<Value>(_ outcomes: [Result<Value, AWSError>]) -> [AWSError.Kind?] {
    outcomes.map { outcome in
      if case .failure(let error) = outcome { return error.kind }
      return nil
    }
  }

  @Test("All requests are sent concurrently, and each has its own outcome")
  func outcomes() throws {
    let transport = ScriptedTransport(found("A"), .s3Error("NoSuchKey", status: 404), found("C"))
    let outcomes = try make(transport).getAll(keys, deadline: minute)
    #expect(transport.calls == [3])
    #expect(kinds(outcomes) == [nil, .notFound, nil])
    #expect(outcomes.map { (try? $0.get())?.body } == [Data("A".utf8), nil, Data("C".utf8)])
  }

  @Test("Only temporary failures are retried, and together")
  func retries() throws {
    let slow = HTTPResponse.s3Error("SlowDown", status: 503)
    let transport = ScriptedTransport(slow, .s3Error("AccessDenied", status: 403), slow, found("A"), slow, found("C"))
    let outcomes = try make(transport).getAll(keys, deadline: minute)
    #expect(transport.calls == [3, 2, 1])
    #expect(kinds(outcomes) == [nil, .accessDenied, nil])
    #expect(outcomes.map { (try? $0.get())?.body } == [Data("A".utf8), nil, Data("C".utf8)])
    #expect(time.sleeps.map { $0.inSeconds.rounded() } == [1, 2])
  }

  @Test("The longest Retry-After applies to all")
  func retryAfter() throws {
    var busy = HTTPResponse.s3Error("SlowDown", status: 503)
    busy.headers["Retry-After"] = "7"
    let transport = ScriptedTransport(.s3Error("SlowDown", status: 503), busy, found("C"), found("A"), found("B"))
    #expect(kinds(try make(transport).getAll(keys, deadline: minute)) == [nil, nil, nil])
    #expect(time.sleeps == [.seconds(7)])
  }

  @Test("After the last attempt each request keeps its own error")
  func ownErrors() throws {
    let slow = HTTPResponse.s3Error("SlowDown", status: 503)
    let broken = HTTPResponse.s3Error("InternalError", status: 500)
    let transport = ScriptedTransport(slow, broken, found("C"), broken, slow)
    let outcomes = try make(transport, maximumAttempts: 2).getAll(keys, deadline: minute)
    #expect(kinds(outcomes) == [.unavailable, .unavailable, nil])
    let codes = outcomes.map { outcome in
      if case .failure(let error) = outcome { return error.code }
      return nil
    }
    #expect(codes == ["InternalError", "SlowDown", nil])
  }

  @Test("A wrong clock is corrected once for all")
  func clockSkew() throws {
    let ahead = HTTPResponse.s3Error(
      "RequestTimeTooSkewed", status: 403, date: time.now.addingTimeInterval(3600))
    let transport = ScriptedTransport(ahead, ahead, ahead, found("A"), found("B"), found("C"))
    #expect(kinds(try make(transport).getAll(keys, deadline: minute)) == [nil, nil, nil])
    #expect(transport.calls == [3, 3])
    #expect(
      transport.requests.map { $0.headers["X-Amz-Date"] } == Array(repeating: "20240531T190000Z", count: 3)
        + Array(repeating: "20240531T200000Z", count: 3))
  }

  @Test("An invalid write does not prevent the others")
  func invalidWrite() throws {
    let transport = ScriptedTransport(HTTPResponse(status: 200, headers: ["ETag": "\"c\""]))
    let writes = [
      S3Write(Data(), to: S3Location(bucket: "raw", key: "")), S3Write(Data(), to: keys[1], metadata: ["": "x"]),
      S3Write(Data("C".utf8), to: keys[2]),
    ]
    let outcomes = try make(transport).putAll(writes, deadline: minute)
    #expect(kinds(outcomes) == [.invalidRequest, .invalidRequest, nil])
    #expect((try? outcomes[2].get().etag) == "\"c\"")
    #expect(transport.requests.map(\.url) == ["https://raw.s3.us-east-1.amazonaws.com/c"])
  }

  @Test("Only a write whose response was lost is looked up")
  func lostResponse() throws {
    let taken = HTTPResponse.s3Error("PreconditionFailed", status: 412)
    // pragma: allowlist nextline secret: a checksum
    let sum = "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU="
    let transport = ScriptedTransport(
      HTTPResponse(status: 500), taken, taken,
      HTTPResponse(status: 200, headers: ["ETag": "\"ours\"", "x-amz-checksum-sha256": sum]))
    let writes = keys.prefix(2).map { S3Write(Data("body".utf8), to: $0, condition: .absent) }
    let outcomes = try make(transport).putAll(writes, deadline: minute)
    #expect((try? outcomes[0].get().etag) == "\"ours\"")
    #expect(kinds(outcomes) == [nil, .preconditionFailed])
    #expect(transport.requests.map(\.method) == ["PUT", "PUT", "PUT", "HEAD"])
  }

  @Test("An empty batch makes no call")
  func emptyBatch() throws {
    let transport = ScriptedTransport()
    #expect(try make(transport).getAll([], deadline: minute).isEmpty)
    #expect(transport.requests.isEmpty && time.sleeps.isEmpty)
  }
}
