import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("CloudWatch Logs, and what doctor asks")
struct CloudWatchLogsTests {
  private let time = ManualTime()
  private var deadline: Deadline { Deadline(after: .seconds(60), on: time) }

  private func event(_ id: String) -> String {
    #"{"eventId":"\#(id)","logStreamName":"s","timestamp":1717182000250,"message":"m\n","ingestionTime":1717182000300}"#
  }

  @Test("Events are read over all pages, also after an empty one")
  func pages() throws {
    let transport = ScriptedTransport(
      .json(#"{"events":[\#(event("a"))],"nextToken":"t1"}"#), .json(#"{"events":[],"nextToken":"t2"}"#),
      .json(#"{"events":[\#(event("b"))],"searchedLogStreams":[]}"#))
    let client = try CloudWatchLogsClient(makeSession(transport, time: time))
    let events = try client.events(of: "/aws/lambda/f", from: 1_000, to: 2_000, deadline: deadline)
    #expect(events.map(\.eventId) == ["a", "b"])
    #expect(events[0] == .init(eventId: "a", timestamp: 1_717_182_000_250, message: "m\n", logStreamName: "s"))
    #expect(transport.requests.map(\.url) == Array(repeating: "https://logs.us-east-1.amazonaws.com/", count: 3))
    #expect(transport.requests[0].headers["X-Amz-Target"] == "Logs_20140328.FilterLogEvents")
    #expect(transport.requests[0].headers["Content-Type"] == "application/x-amz-json-1.1")
    #expect(transport.requests[0].headers["Authorization"]?.contains("/us-east-1/logs/aws4_request") == true)
    let bodies = try transport.requests.map {
      try JSONSerialization.jsonObject(with: $0.body ?? Data()) as? NSDictionary
    }
    let first: NSDictionary = ["logGroupName": "/aws/lambda/f", "startTime": 1000, "endTime": 2000]
    #expect(bodies[0] == first)
    #expect(bodies[1]?["nextToken"] as? String == "t1")
    #expect(bodies[2]?["nextToken"] as? String == "t2")
  }

  @Test("A log group that does not exist is not found")
  func missing() throws {
    let body = #"{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}"#
    let client = try CloudWatchLogsClient(makeSession(ScriptedTransport(.json(body, status: 400))))
    let error = failure { _ = try client.events(of: "/aws/lambda/f", from: 0, deadline: deadline) }
    #expect(error?.kind == .notFound)
    #expect(error?.resource == "/aws/lambda/f")
  }

  @Test("The state of a function is read without an invocation")
  func function() throws {
    let transport = ScriptedTransport(.json(#"{"FunctionName":"f","State":"Failed","StateReason":"no image"}"#))
    let found = try LambdaClient(makeSession(transport)).configuration(of: "f", deadline: deadline)
    #expect(found.state == "Failed" && found.reason == "no image")
    #expect(transport.requests.map(\.method) == ["GET"])
    #expect(
      transport.requests.map(\.url) == [
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/f/configuration"
      ])
  }

  @Test("The status of a state machine is read")
  func stateMachine() throws {
    let transport = ScriptedTransport(.json(#"{"status":"DELETING"}"#), .json("{}"))
    let client = try StepFunctionsClient(makeSession(transport))
    #expect(try client.status(ofStateMachine: "arn:m", deadline: deadline) == "DELETING")
    #expect(try client.status(ofStateMachine: "arn:m", deadline: deadline) == "ACTIVE")
    #expect(transport.requests[0].headers["X-Amz-Target"] == "AWSStepFunctions.DescribeStateMachine")
  }
}
