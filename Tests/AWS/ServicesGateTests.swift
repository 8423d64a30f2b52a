import Foundation
import TestSupport
import Testing
import Time

@testable import AWS

/// Tests of the JSON services against the local AWS, which refuses wrong signatures.
@Suite(
  "JSON services of AWS against a server that checks signatures",
  .enabled(if: Gate.isThere, "start the services: make test"))
struct ServicesGateTests {
  private var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  @Test("A missing state machine, function or secret is not found")
  func missing() throws {
    let session = try Gate.session()
    let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:nothing"
    let states = try StepFunctionsClient(session)
    #expect(
      failure { _ = try states.startExecution(of: machine, name: "n", input: "{}", deadline: deadline) }?.kind
        == .notFound)
    let lambda = try LambdaClient(session)
    let error = failure { _ = try lambda.invoke("no-such-function", payload: Data("{}".utf8), deadline: deadline) }
    #expect(error?.kind == .notFound)
    #expect(failure { _ = try lambda.configuration(of: "no-such-function", deadline: deadline) }?.kind == .notFound)
    #expect(failure { _ = try states.status(ofStateMachine: machine, deadline: deadline) }?.kind == .notFound)
    let logs = try CloudWatchLogsClient(session)
    #expect(failure { _ = try logs.events(of: "/aws/lambda/none", from: 0, deadline: deadline) }?.kind == .notFound)
    let secrets = SecretsManagerClient(session)
    #expect(failure { _ = try secrets.value(of: "no-such/secret", deadline: deadline) }?.kind == .notFound)
  }

  @Test("A wrong secret is denied")
  func denied() throws {
    let states = try StepFunctionsClient(Gate.session(secret: "wrong"))
    #expect(failure { _ = try states.describeExecution("arn:x", deadline: deadline) }?.kind == .accessDenied)
    let lambda = try LambdaClient(Gate.session(secret: "wrong"))
    #expect(failure { _ = try lambda.invoke("a:b", payload: Data(), deadline: deadline) }?.kind == .accessDenied)
  }

  @Test("An existing secret is read")
  func secret() throws {
    struct Output: Decodable {}
    let session = try Gate.session()
    let name = "test/\(UUID())"
    let client = try AWSClient(.secretsManager, session: session)
    let _: Output = try client.call(
      "CreateSecret", target: "secretsmanager", version: "1.1", ["Name": name, "SecretString": "hush ü"], of: name,
      deadline: deadline)
    #expect(try SecretsManagerClient(session).value(of: name, deadline: deadline) == "hush ü")
    let _: Output = try client.call(
      "DeleteSecret", target: "secretsmanager", version: "1.1", ["SecretId": name], of: name, deadline: deadline)
  }
}
