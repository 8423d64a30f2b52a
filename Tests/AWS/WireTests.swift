import Cryptography
import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

/// Tests of the clients over real sockets, against a server that misbehaves.
@Suite("AWS clients over sockets")
struct WireTests {
  private var deadline: Deadline { Deadline(after: .seconds(20), on: SystemTime()) }
  private let location = S3Location(bucket: "b", key: "year=2024/a b")

  private func make(_ server: ScriptedServer, _ more: [String: String] = [:]) throws -> AWSSession {
    var environment = [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S",
      "AWS_EC2_METADATA_DISABLED": "true",
    ]
    environment.merge(more) { $1 }
    return try AWSSession(environment: environment.filter { !$0.value.isEmpty }, region: "us-east-1")
  }

  @Test("The sent bytes are the signed bytes")
  func signedBytes() throws {
    let server = try ScriptedServer(replies: [.http()])
    try S3Client(make(server)).put(
      Data("x".utf8), to: location, contentType: "text/plain; charset=utf-8", metadata: ["note": "two  spaces"],
      deadline: deadline)
    let request = try #require(server.requests.first)
    #expect(request.target == "/b/year%3D2024/a%20b")
    #expect(request.header("Host") == "127.0.0.1:\(server.port)")
    #expect(request.header("Expect") == nil)
    #expect(request.header("Accept-Encoding") == nil)
    // Signed again over the bytes that came in.
    var headers = HTTPHeaders()
    for line in request.head.split(separator: "\r\n").dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0] != "Authorization" {
        headers.append(String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
      }
    }
    var signer = SignatureV4(service: "s3", region: "us-east-1")
    let stamp = Array(try #require(request.header("X-Amz-Date")))
    let date = try #require(
      AWSDate.parse(
        "\(String(stamp[0..<4]))-\(String(stamp[4..<6]))-\(String(stamp[6..<11])):\(String(stamp[11..<13])):\(String(stamp[13...]))"
      ))
    let again = try signer.sign(
      HTTPRequest("PUT", server.url + request.target, headers: headers),
      with: Credentials(accessKeyID: "A", secretAccessKey: "S"), at: date)
    #expect(again.headers["Authorization"] == request.header("Authorization"))
  }

  @Test("A truncated response is retried")
  func truncatedResponse() throws {
    let body = Data("the whole of it".utf8)
    let server = try ScriptedServer(replies: [.http(200, [], body, cutTo: 4), .http(200, [], body)])
    #expect(try S3Client(make(server)).get(location, deadline: deadline).body == body)
    #expect(server.requests.count == 2)
  }

  @Test("A conditional put whose response was lost is a success")
  func lostResponse() throws {
    let body = Data("pointer".utf8)
    let sum = try Digest(of: body).base64
    let server = try ScriptedServer(replies: [
      .hangUp, .http(412, [], "<Error><Code>PreconditionFailed</Code></Error>"),
      .http(200, [("ETag", "\"mine\""), ("x-amz-checksum-sha256", sum)]),
    ])
    let stored = try S3Client(make(server)).put(body, to: location, condition: .absent, deadline: deadline)
    #expect(stored.etag == "\"mine\"")
    #expect(server.requests.map(\.method) == ["PUT", "PUT", "HEAD"])
  }

  @Test("A throttled call is retried on the same connection")
  func throttling() throws {
    let busy = ScriptedServer.Reply.http(503, [], "<Error><Code>SlowDown</Code></Error>")
    let server = try ScriptedServer(replies: [busy, busy, .http()])
    try S3Client(make(server)).put(Data(), to: location, deadline: deadline)
    #expect(server.requests.map(\.connection) == [1, 1, 1])
  }

  @Test("A frozen clock is corrected by the date of the refusal")
  func frozenClock() throws {
    let server = try ScriptedServer { request in
      guard request.header("X-Amz-Date")?.hasPrefix("2031") == true else {
        return .http(
          403, [("Date", "Wed, 01 Jan 2031 12:00:00 GMT")], "<Error><Code>RequestTimeTooSkewed</Code></Error>")
      }
      return .http()
    }
    let client = try S3Client(make(server))
    try client.put(Data(), to: location, deadline: deadline)
    try client.put(Data(), to: location, deadline: deadline)
    #expect(server.requests.count == 3)
  }

  @Test("A redirect is not followed, so that no other host gets the signature")
  func redirect() throws {
    let other = try ScriptedServer(replies: [.http()])
    let server = try ScriptedServer(replies: [.http(307, [("Location", other.url)])])
    let client = try S3Client(make(server))
    #expect(failure { try client.put(Data(), to: location, deadline: deadline) }?.kind == .wrongRegion)
    #expect(other.requests.isEmpty)
  }

  @Test("The credentials of the container sign the call")
  func containerCredentials() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID())")
    try Data("secret token".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let server = try ScriptedServer { request in
      guard request.target == "/creds" else { return .http() }
      guard request.header("Authorization") == "secret token" else { return .http(401) }
      return .http(
        200, [], #"{"AccessKeyId":"C","SecretAccessKey":"S","Token":"T","Expiration":"2099-01-01T00:00:00.123Z"}"#)
    }
    let session = try make(
      server,
      [
        "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file.path,
      ])
    try S3Client(session).put(Data(), to: location, deadline: deadline)
    let put = try #require(server.requests.last)
    #expect(put.header("Authorization")?.contains("Credential=C/") == true)
    #expect(put.header("X-Amz-Security-Token") == "T")
    #expect(server.requests.count == 2)
  }

  @Test("The credentials of the instance's role sign the call")
  func instanceCredentials() throws {
    let server = try ScriptedServer { request in
      switch (request.method, request.target) {
      case ("PUT", "/latest/api/token"): return .http(200, [], "TOKEN")
      case ("GET", _) where request.header("X-aws-ec2-metadata-token") != "TOKEN": return .http(401)
      case ("GET", "/latest/meta-data/iam/security-credentials/"): return .http(200, [], "role")
      case ("GET", "/latest/meta-data/iam/security-credentials/role"):
        return .http(200, [], #"{"Code":"Success","AccessKeyId":"I","SecretAccessKey":"S","Token":"T"}"#)
      default: return .http()
      }
    }
    let session = try make(
      server,
      [
        "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/",
      ])
    try S3Client(session).put(Data(), to: location, deadline: deadline)
    #expect(server.requests.last?.header("Authorization")?.contains("Credential=I/") == true)
  }
}
