import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("AWS: credentials")
struct CredentialsTests {
  private let time = ManualTime()
  private var deadline: Deadline { Deadline(after: .seconds(60), on: time) }

  private func document(_ id: String, expires: Double? = nil) -> HTTPResponse {
    let expiration = expires.map { #","Expiration":"\#(Date(timeIntervalSince1970: $0).ISO8601Format())""# } ?? ""
    return .json(#"{"AccessKeyId":"\#(id)","SecretAccessKey":"s","Token":"t"\#(expiration)}"#)
  }

  private func metadata(_ transport: ScriptedTransport) -> MetadataClient {
    MetadataClient(time: time, random: FixedRandom()) { transport }
  }

  @Test("Descriptions show no secret")
  func descriptions() {
    let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "quiet")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped, "\([credentials])"] {
      #expect(text.contains("AKID"))
      #expect(!text.contains("hush"))
      #expect(!text.contains("quiet"))
    }
  }

  @Test("The environment provides key, secret and token")
  func environment() throws {
    let found = try EnvironmentCredentials([
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_SESSION_TOKEN": "T",
    ]).credentials(deadline: deadline)
    #expect(found == Credentials(accessKeyID: "A", secretAccessKey: "S", sessionToken: "T"))
    #expect(try EnvironmentCredentials(["AWS_ACCESS_KEY_ID": ""]).credentials(deadline: deadline) == nil)
  }

  @Test(
    "A key without its secret, or the reverse, is an error that names both variables",
    arguments: [
      ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    ])
  func incompleteKey(there: String, missing: String) {
    let error = failure { _ = try EnvironmentCredentials([there: "hush"]).credentials(deadline: deadline) }
    #expect(error?.kind == .invalidConfiguration)
    #expect(error?.description.hasSuffix("\(there) is set but \(missing) is not: set both") == true)
    #expect(error?.description.contains("hush") == false)
  }

  // MARK: The container endpoint

  @Test("The container endpoint is called with its token")
  func containerEndpoint() throws {
    let transport = ScriptedTransport(document("A"))
    let provider = ContainerCredentials(
      ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/id", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "tok"],
      readFile: { _ in nil }, metadata: metadata(transport))
    #expect(try provider.credentials(deadline: deadline)?.accessKeyID == "A")
    #expect(transport.requests.map(\.url) == ["http://169.254.170.2/v2/id"])
    #expect(transport.requests[0].headers["Authorization"] == "tok")
  }

  @Test("The token file is read for each refresh and takes precedence over the token")
  func tokenFile() throws {
    let transport = ScriptedTransport(document("A"), document("B"))
    var tokens = ["one", "two"]
    let provider = ContainerCredentials(
      [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:8080/creds", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "old",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/token",
      ], readFile: { path in path == "/var/token" ? tokens.removeFirst() : nil }, metadata: metadata(transport))
    _ = try provider.credentials(deadline: deadline)
    _ = try provider.credentials(deadline: deadline)
    #expect(transport.requests.map { $0.headers["Authorization"] } == ["one", "two"])
  }

  @Test(
    "Credentials come over plain HTTP only from this machine and the addresses of ECS and EKS",
    arguments: [
      ("https://anywhere.example/x", true), ("http://127.0.0.1/x", true), ("http://127.9.9.9:80/x", true),
      ("http://localhost:1/x", true), ("http://[::1]:1/x", true), ("http://169.254.170.2/x", true),
      ("http://169.254.170.23/x", true), ("http://[fd00:ec2::23]/x", true), ("http://example.com/x", false),
      ("http://127.0.0.1.example.com/x", false), ("http://127.0.0.1@example.com/x", false),
      ("http://10.0.0.1/x", false),
      ("http://[::2]/x", false), ("ftp://127.0.0.1/x", false), ("/v2", false),
    ])
  func trustedAddresses(url: String, isTrusted: Bool) {
    #expect(ContainerCredentials.isTrusted(url) == isTrusted)
    let provider = ContainerCredentials(
      ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url], readFile: { _ in nil }, metadata: metadata(ScriptedTransport()))
    let kind = failure { _ = try provider.credentials(deadline: deadline) }?.kind
    #expect((kind == .invalidConfiguration) == !isTrusted)
  }

  @Test(
    "A token that cannot be sent is an error",
    arguments: [
      ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nb"], ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/missing"],
    ])
  func invalidToken(setting: [String: String]) {
    let transport = ScriptedTransport()
    let environment = setting.merging(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2"]) { $1 }
    let provider = ContainerCredentials(environment, readFile: { _ in nil }, metadata: metadata(transport))
    #expect(failure { _ = try provider.credentials(deadline: deadline) }?.kind == .invalidConfiguration)
    #expect(transport.requests.isEmpty)
  }

  @Test("An invalid credentials document is not quoted")
  func invalidDocument() {
    for body in [
      "<html>hush</html>", #"{"AccessKeyId":"A"}"#,
      #"{"AccessKeyId":"A","SecretAccessKey":"hush","Expiration":"soon"}"#,
    ] {
      let provider = ContainerCredentials(
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2"], readFile: { _ in nil },
        metadata: metadata(ScriptedTransport(.json(body))))
      let error = failure { _ = try provider.credentials(deadline: deadline) }
      #expect(error?.kind == .corruptResponse)
      #expect(error?.description.contains("hush") == false)
    }
  }

  // MARK: The instance metadata service

  @Test("The instance metadata service is called by version 2")
  func instanceMetadata() throws {
    let transport = ScriptedTransport(.json("TOKEN"), .json("my role\n"), document("A", expires: 1_717_999_999))
    let provider = InstanceCredentials([:], metadata: metadata(transport))
    let found = try provider.credentials(deadline: deadline)
    #expect(found?.expiration == Date(timeIntervalSince1970: 1_717_999_999))
    #expect(
      transport.requests.map { "\($0.method) \($0.url)" } == [
        "PUT http://169.254.169.254/latest/api/token",
        "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/my",
      ])
    #expect(transport.requests[0].headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
    #expect(transport.requests[2].headers["X-aws-ec2-metadata-token"] == "TOKEN")
  }

  @Test("A machine that is not an instance, or has no role, provides no credentials")
  func noInstance() throws {
    let away = ScriptedTransport([{ .failure(HTTPError(.connection, url: $0.url, detail: "no route")) }])
    #expect(try InstanceCredentials([:], metadata: metadata(away)).credentials(deadline: deadline) == nil)
    #expect(away.requests.count == 1, "a failed connection is not retried")
    let roleless = ScriptedTransport(.json("TOKEN"), HTTPResponse(status: 404))
    #expect(try InstanceCredentials([:], metadata: metadata(roleless)).credentials(deadline: deadline) == nil)
    let disabled = ScriptedTransport()
    let provider = InstanceCredentials(["AWS_EC2_METADATA_DISABLED": "TRUE"], metadata: metadata(disabled))
    #expect(try provider.credentials(deadline: deadline) == nil)
    #expect(disabled.requests.isEmpty)
  }

  @Test("Error statuses of the metadata service are retried")
  func metadataRetries() throws {
    let transport = ScriptedTransport(
      HTTPResponse(status: 500), .json("TOKEN"), HTTPResponse(status: 503), .json("role"), document("A"))
    let provider = InstanceCredentials([:], metadata: metadata(transport))
    #expect(try provider.credentials(deadline: deadline)?.accessKeyID == "A")
    let refused = InstanceCredentials([:], metadata: metadata(ScriptedTransport(HTTPResponse(status: 403))))
    #expect(failure { _ = try refused.credentials(deadline: deadline) }?.kind == .accessDenied)
  }
}
