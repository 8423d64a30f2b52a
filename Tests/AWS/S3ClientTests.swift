import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

/// Tests of S3's rules, against scripts. `S3GateTests` runs the same client against a server that checks signatures.
@Suite("S3 client")
struct S3ClientTests {
  private let time = ManualTime()
  private var minute: Deadline { Deadline(after: .seconds(60), on: time) }
  private let location = S3Location(bucket: "raw", key: "day/events.json")
  private let body = Data("body".utf8)

  private func make(_ transport: ScriptedTransport, environment: [String: String] = [:]) throws -> S3Client {
    try S3Client(makeSession(transport, time: time, environment: environment))
  }

  private static func lost(_ request: HTTPRequest) -> Result<HTTPResponse, HTTPError> {
    .failure(HTTPError(.interrupted, url: request.url, detail: "the connection was reset"))
  }

  private static func respond(_ response: HTTPResponse) -> ScriptedTransport.Step { { _ in .success(response) } }

  @Test("A put sends digests, content type, metadata and condition")
  func put() throws {
    let transport = ScriptedTransport(HTTPResponse(status: 200, headers: ["ETag": "\"e1\""]))
    let stored = try make(transport).put(
      body, to: location, contentType: "application/json", metadata: ["Run": "r 1"], condition: .absent,
      deadline: minute)
    #expect(stored == S3WriteResult(etag: "\"e1\"", versionID: nil))
    let request = try #require(transport.requests.first)
    #expect(request.method == "PUT")
    #expect(request.url == "https://raw.s3.us-east-1.amazonaws.com/day/events.json")
    #expect(request.body == body)
    #expect(request.headers["Content-Type"] == "application/json")
    #expect(request.headers["x-amz-meta-run"] == "r 1")
    #expect(request.headers["If-None-Match"] == "*")
    #expect(
      request.headers["x-amz-content-sha256"] == "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5")
    // pragma: allowlist nextline secret: a checksum
    #expect(request.headers["x-amz-checksum-sha256"] == "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=")
    let authorization = try #require(request.headers["Authorization"])
    #expect(
      authorization.contains(
        "SignedHeaders=content-type;host;x-amz-checksum-sha256;x-amz-content-sha256;x-amz-date;x-amz-meta-run;x-amz-sdk-checksum-algorithm,"
      ))
  }

  @Test("A bucket with versioning gives the version of a put, also if its response was lost, and of a get and a head")
  func versions() throws {
    let stored = HTTPResponse(
      status: 200,
      headers: [
        // pragma: allowlist nextline secret: a checksum
        "ETag": "\"e1\"", "x-amz-checksum-sha256": "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=",
        "x-amz-version-id": "v1",
      ], body: body)
    let transport = ScriptedTransport([
      Self.respond(stored), Self.lost, Self.respond(.s3Error("PreconditionFailed", status: 412)),
      Self.respond(stored), Self.respond(stored), Self.respond(stored),
    ])
    let client = try make(transport)
    let expected = S3WriteResult(etag: "\"e1\"", versionID: "v1")
    #expect(try client.put(body, to: location, deadline: minute) == expected)
    #expect(try client.put(body, to: location, condition: .absent, deadline: minute) == expected)
    #expect(try client.get(location, deadline: minute).info.versionID == "v1")
    #expect(try client.head(location, deadline: minute).versionID == "v1")
    #expect(transport.requests.map(\.method) == ["PUT", "PUT", "PUT", "HEAD", "GET", "HEAD"])
  }

  @Test("Compare and swap sends the ETag")
  func compareAndSwap() throws {
    let transport = ScriptedTransport(HTTPResponse(status: 200), .s3Error("PreconditionFailed", status: 412))
    let client = try make(transport)
    try client.put(body, to: location, condition: .matches(etag: "\"e1\""), deadline: minute)
    #expect(transport.requests[0].headers["If-Match"] == "\"e1\"")
    let error = failure {
      try client.put(body, to: location, condition: .matches(etag: "\"e0\""), deadline: minute)
    }
    #expect(error?.kind == .preconditionFailed)
    #expect(transport.requests.count == 2)
  }

  @Test(
    "A metadata name that is not a header name is refused before it is sent", arguments: ["", "a b", "a:b", "ü"])
  func metadataNames(name: String) throws {
    let transport = ScriptedTransport()
    let client = try make(transport)
    #expect(
      failure { try client.put(body, to: location, metadata: [name: "x"], deadline: minute) }?.kind == .invalidRequest)
    #expect(transport.requests.isEmpty)
  }

  @Test(
    "A metadata value that would break a header is refused before it is sent",
    arguments: ["a\r\nx-amz-acl: public-read", "ü", "\u{7F}"])
  func metadataValues(value: String) throws {
    let client = try make(ScriptedTransport())
    #expect(
      failure { try client.put(body, to: location, metadata: ["a": value], deadline: minute) }?.kind == .invalidRequest)
  }

  @Test("An empty key is refused, because the request would concern the bucket")
  func emptyKey() throws {
    let transport = ScriptedTransport()
    let client = try make(transport)
    for location in [S3Location(bucket: "raw", key: ""), S3Location(bucket: "", key: "k")] {
      #expect(failure { try client.delete(location, deadline: minute) }?.kind == .invalidRequest)
      #expect(failure { _ = try client.get(location, deadline: minute) }?.kind == .invalidRequest)
    }
    #expect(failure { _ = try client.list(bucket: "", deadline: minute) }?.kind == .invalidRequest)
    #expect(transport.requests.isEmpty)
  }

  @Test(
    "Buckets are addressed by host on AWS and by path elsewhere",
    arguments: [
      ("raw", "https://raw.s3.us-east-1.amazonaws.com/a%20b%2B%C3%BC%3D//c", nil),
      ("raw.data", "https://s3.us-east-1.amazonaws.com/raw.data/a%20b%2B%C3%BC%3D//c", nil),
      ("Raw_Data", "https://s3.us-east-1.amazonaws.com/Raw_Data/a%20b%2B%C3%BC%3D//c", nil),
      ("raw", "http://127.0.0.1:9000/raw/a%20b%2B%C3%BC%3D//c", "http://127.0.0.1:9000/"),
      ("raw", "https://store.example/s3/raw/a%20b%2B%C3%BC%3D//c", "https://store.example/s3"),
    ])
  func addresses(bucket: String, url: String, endpoint: String?) throws {
    let transport = ScriptedTransport(HTTPResponse(status: 204))
    let client = try make(transport, environment: endpoint.map { ["AWS_ENDPOINT_URL_S3": $0] } ?? [:])
    try client.delete(S3Location(bucket: bucket, key: "a b+ü=//c"), deadline: minute)
    #expect(transport.requests.first?.url == url)
  }

  @Test("A get checks the bytes against their checksum")
  func checksum() throws {
    // pragma: allowlist nextline secret: a checksum
    let sum = "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU="
    let damaged = HTTPResponse(status: 200, headers: ["x-amz-checksum-sha256": sum], body: Data("b0dy".utf8))
    var whole = damaged
    whole.body = body
    whole.headers["ETag"] = "\"e\""
    whole.headers["X-Amz-Meta-Run"] = "r1"
    let transport = ScriptedTransport(damaged, whole)
    let object = try make(transport).get(location, maximumBytes: 99, deadline: minute)
    #expect(object.body == body)
    #expect(object.info.etag == "\"e\"")
    #expect(object.info.metadata == ["run": "r1"])
    #expect(transport.requests.map { $0.headers["x-amz-checksum-mode"] } == ["ENABLED", "ENABLED"])
    #expect(transport.requests.map(\.maximumBodyBytes) == [99, 99])

    let always = try make(
      ScriptedTransport([Self.respond(damaged), Self.respond(damaged), Self.respond(damaged), Self.respond(damaged)]))
    #expect(failure { _ = try always.get(location, deadline: minute) }?.kind == .corruptResponse)
  }

  @Test(
    "Temporary failures are retried with full jitter",
    arguments: [
      .s3Error("SlowDown", status: 503), .s3Error("InternalError", status: 500),
      .s3Error("RequestTimeout", status: 400),
      .s3Error("ConditionalRequestConflict", status: 409), HTTPResponse(status: 502), HTTPResponse(status: 429),
    ] as [HTTPResponse])
  func temporaryFailures(trouble: HTTPResponse) throws {
    let transport = ScriptedTransport(trouble, trouble, HTTPResponse(status: 200))
    try make(transport).put(body, to: location, deadline: minute)
    #expect(transport.requests.count == 3)
    #expect(time.sleeps.map { $0.inSeconds.rounded() } == [1, 2])
  }

  @Test("Transport failures are retried")
  func transportFailures() throws {
    let transport = ScriptedTransport([Self.lost, Self.respond(HTTPResponse(status: 200))])
    try make(transport).put(body, to: location, deadline: minute)
    #expect(transport.requests.count == 2)
  }

  @Test("Every attempt is signed with its own time")
  func signingTime() throws {
    let transport = ScriptedTransport([
      { request in
        self.time.advance(by: .milliseconds(30_500))
        return Self.lost(request)
      }, Self.respond(HTTPResponse(status: 200)),
    ])
    try make(transport).put(body, to: location, deadline: minute)
    let stamps = transport.requests.map { $0.headers["X-Amz-Date"] }
    #expect(stamps == ["20240531T190000Z", "20240531T190031Z"], "30 s in flight, and a wait of up to 1 s")
    #expect(transport.requests[0].headers["Authorization"] != transport.requests[1].headers["Authorization"])
  }

  @Test(
    "A refusal is final and has its own kind",
    arguments: [
      ("NoSuchKey", 404, AWSError.Kind.notFound), ("NoSuchBucket", 404, .noSuchBucket),
      ("AccessDenied", 403, .accessDenied),
      ("SignatureDoesNotMatch", 403, .accessDenied), ("InvalidAccessKeyId", 403, .accessDenied),
      ("PermanentRedirect", 301, .wrongRegion), ("AuthorizationHeaderMalformed", 400, .wrongRegion),
      ("EntityTooLarge", 400, .rejected), ("PreconditionFailed", 412, .preconditionFailed),
    ])
  func refusals(code: String, status: Int, kind: AWSError.Kind) throws {
    let transport = ScriptedTransport(.s3Error(code, status: status))
    let client = try make(transport)
    let error = try #require(failure { _ = try client.get(location, deadline: minute) })
    #expect(error.kind == kind)
    #expect(error.code == code)
    #expect(
      error.description
        == "S3 GetObject of s3://raw/day/events.json: as the script says (\(code), \(status), request REQ1)")
    #expect(transport.requests.count == 1)
    #expect(time.sleeps.isEmpty)
  }

  @Test("A retry that would exceed the deadline is not started")
  func deadline() throws {
    let transport = ScriptedTransport(.s3Error("SlowDown", status: 503), HTTPResponse(status: 200))
    let client = try make(transport)
    let error = failure { try client.put(body, to: location, deadline: Deadline(after: .milliseconds(900), on: time)) }
    #expect(error?.kind == .unavailable)
    #expect(transport.requests.count == 1)
  }

  @Test("A passed deadline is a timeout")
  func passedDeadline() throws {
    let transport = ScriptedTransport()
    let client = try make(transport)
    #expect(
      failure { try client.put(body, to: location, deadline: Deadline(after: .zero, on: time)) }?.kind == .timedOut)
    #expect(transport.requests.isEmpty)
  }

  @Test("Retry-After is the minimum delay")
  func retryAfter() throws {
    var busy = HTTPResponse.s3Error("SlowDown", status: 503)
    busy.headers["Retry-After"] = "7"
    try make(ScriptedTransport(busy, HTTPResponse(status: 200))).put(body, to: location, deadline: minute)
    #expect(time.sleeps == [.seconds(7)])
  }

  @Test("A write whose response was lost is not taken for another client's write")
  func lostResponse() throws {
    let ours = HTTPResponse(
      status: 200,
      // pragma: allowlist nextline secret: a checksum
      headers: ["ETag": "\"ours\"", "x-amz-checksum-sha256": "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU="])
    let transport = ScriptedTransport([
      Self.lost, Self.respond(.s3Error("PreconditionFailed", status: 412)), Self.respond(ours),
    ])
    #expect(try make(transport).put(body, to: location, condition: .absent, deadline: minute).etag == "\"ours\"")
    #expect(transport.requests.map(\.method) == ["PUT", "PUT", "HEAD"])
  }

  @Test(
    "After a lost response, different content is another client's write", arguments: ["Jg==", nil])
  func lostResponseOtherContent(checksum: String?) throws {
    var theirs = HTTPResponse(status: 200, headers: ["ETag": "\"theirs\""])
    theirs.headers["x-amz-checksum-sha256"] = checksum
    let transport = ScriptedTransport([
      Self.respond(HTTPResponse(status: 500)), Self.respond(.s3Error("PreconditionFailed", status: 412)),
      Self.respond(theirs),
    ])
    let client = try make(transport)
    #expect(
      failure { try client.put(body, to: location, condition: .absent, deadline: minute) }?.kind == .preconditionFailed)
  }

  @Test("Without a lost response, equal content is still another client's write")
  func noLostResponse() throws {
    // A 409 says that nothing was written.
    let transport = ScriptedTransport(
      .s3Error("ConditionalRequestConflict", status: 409), .s3Error("PreconditionFailed", status: 412))
    let client = try make(transport)
    #expect(
      failure { try client.put(body, to: location, condition: .absent, deadline: minute) }?.kind == .preconditionFailed)
    #expect(transport.requests.map(\.method) == ["PUT", "PUT"])
  }

  @Test("A temporary error in a response of status 200 is retried")
  func errorInSuccess() throws {
    let list = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
    let transport = ScriptedTransport(
      .s3Error("InternalError", status: 200), .json("<ListBucketResult><Conte"), .json(list))
    #expect(try make(transport).list(bucket: "raw", deadline: minute).entries.isEmpty)
    #expect(transport.requests.count == 3)
  }

  @Test("A permanent error in a response of status 200 has its own kind")
  func permanentErrorInSuccess() throws {
    let transport = ScriptedTransport(.s3Error("AccessDenied", status: 200))
    let client = try make(transport)
    #expect(failure { _ = try client.list(bucket: "raw", deadline: minute) }?.kind == .accessDenied)
    #expect(transport.requests.count == 1)
  }

  @Test("A list follows all pages and decodes keys")
  func list() throws {
    let first = """
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>
      <IsTruncated>true</IsTruncated><NextContinuationToken>t/1+=</NextContinuationToken>
      <Contents><Key>a+b%2B%C3%BC%3D//c%01</Key><Size>3</Size><ETag>&quot;e1&quot;</ETag>
      <LastModified>2024-05-31T19:00:00.000Z</LastModified></Contents></ListBucketResult>
      """
    let second = """
      <ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>
      <Contents><Key>z</Key><Size>0</Size></Contents><CommonPrefixes><Prefix>x%20/</Prefix></CommonPrefixes></ListBucketResult>
      """
    let transport = ScriptedTransport(.json(first), .json(second))
    let listing = try make(transport).list(bucket: "raw", prefix: "a b/", delimiter: "/", deadline: minute)
    #expect(listing.entries.map(\.key) == ["a b+ü=//c\u{1}", "z"])
    #expect(listing.entries[0].etag == "\"e1\"")
    #expect(listing.entries[0].lastModified == ManualTime().now)
    #expect(listing.commonPrefixes == ["x /"])
    let base =
      "https://raw.s3.us-east-1.amazonaws.com/?list-type=2&encoding-type=url&max-keys=1000&prefix=a%20b%2F&delimiter=%2F"
    #expect(transport.requests.map(\.url) == [base, base + "&continuation-token=t%2F1%2B%3D"])
  }

  @Test("A truncated list without a next page is an error")
  func truncatedList() throws {
    let list = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"
    let transport = ScriptedTransport(.json(list), .json(list), .json(list), .json(list))
    let client = try make(transport)
    #expect(failure { _ = try client.list(bucket: "raw", deadline: minute) }?.kind == .corruptResponse)
  }
}
