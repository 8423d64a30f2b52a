import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("AWS: trace header")
struct TraceHeaderTests {
  private let location = S3Location(bucket: "b", key: "k")
  private let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
  private var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  private func make(_ transport: any AWSTransport, trace: @escaping () -> String?) -> AWSSession {
    AWSSession(
      region: "us-east-1",
      credentials: CredentialsChain(
        [FixedCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))], time: SystemTime()),
      transport: transport, trace: trace)
  }

  @Test("Each request carries the current trace, unsigned")
  func currentTrace() throws {
    let transport = ScriptedTransport(
      HTTPResponse(status: 200), HTTPResponse(status: 200), HTTPResponse(status: 200), .json(#"{"SecretString":"s"}"#))
    var now: String? = trace
    let session = make(transport) { now }
    let client = try S3Client(session)
    try client.put(Data(), to: location, deadline: deadline)
    now = "Root=1-2-3"
    try client.put(Data(), to: location, deadline: deadline)
    now = nil
    try client.put(Data(), to: location, deadline: deadline)
    now = "Root=1-2-4"
    _ = try SecretsManagerClient(session).value(of: "arn:secret", deadline: deadline)
    #expect(transport.requests.map { $0.headers["X-Amzn-Trace-Id"] } == [trace, "Root=1-2-3", nil, "Root=1-2-4"])
    for request in transport.requests {
      #expect(request.headers["Authorization"]?.contains("SignedHeaders=") == true)
      #expect(request.headers["Authorization"]?.contains("trace") == false)
    }
  }

  @Test(
    "A value that a header may not contain is left out",
    arguments: ["", "a\r\nX-Injected: 1", "a\nb", "é", "a\u{7F}", "a\u{0}b"])
  func invalidValue(value: String) {
    #expect(TraceHeader.checked(value) == nil)
    #expect(TraceHeader.checked(trace) == trace)
  }

  @Test("Outside Lambda there is no trace")
  func outsideLambda() {
    #expect(TraceHeader.current(in: [:]) == nil)
    #expect(TraceHeader.current(in: ["AWS_LAMBDA_FUNCTION_NAME": ""]) == nil)
  }

  @Test(
    "A server that checks signatures accepts the trace", .enabled(if: Gate.isThere, "start the services: make test"))
  func gate() throws {
    let session = AWSSession(
      environment: ["AWS_ENDPOINT_URL": try #require(Gate.endpoint)], region: "us-east-1",
      credentials: CredentialsChain(
        [
          FixedCredentials(
            Credentials(
              accessKeyID: try #require(Gate.environment["TEST_AWS_ACCESS_KEY_ID"]),
              secretAccessKey: try #require(Gate.environment["TEST_AWS_SECRET_ACCESS_KEY"])))
        ], time: SystemTime()),
      transport: HTTPClient(), trace: { [trace] in trace })
    try Gate.withBucket { _, bucket in
      let location = S3Location(bucket: bucket, key: "k")
      let client = try S3Client(session)
      try client.put(Data("x".utf8), to: location, deadline: deadline)
      #expect(try client.get(location, deadline: deadline).body == Data("x".utf8))
    }
  }
}
