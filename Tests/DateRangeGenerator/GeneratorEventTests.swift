import Contracts
import Foundation
import Testing

@testable import DateRangeGeneratorFunction

@Suite("An event of the generator")
struct GeneratorEventTests {
  private func read(_ event: String) throws -> GeneratorEvent {
    try JSONDecoder().decode(GeneratorEvent.self, from: Data(event.utf8))
  }

  @Test("is a batch of messages, or a request")
  func kinds() throws {
    let record =
      #"{"messageId":"059f36b4","receiptHandle":"AQEB","body":"{\"dataset\":\"news\"}","attributes":"#
      + #"{"ApproximateReceiveCount":"1"},"messageAttributes":{},"md5OfBody":"e4","eventSource":"aws:sqs","#
      + #""eventSourceARN":"arn:aws:sqs:us-east-1:1:q","awsRegion":"us-east-1"}"#
    guard case .messages(let messages) = try read(#"{"Records":[\#(record)]}"#) else {
      Issue.record("no messages")
      return
    }
    #expect(messages == [QueueMessage(id: "059f36b4", body: #"{"dataset":"news"}"#)])
    guard case .plan(let request) = try read(#"{"dataset":"news","days_ahead":1}"#) else {
      Issue.record("no request")
      return
    }
    #expect(request == RunRequest(plan: PlanRequest(dataset: "news", daysAhead: 1)))
  }

  @Test(
    "with records of another service, or without ids, is refused: it would be a request without fields",
    arguments: [
      #"{"Records":[{"eventSource":"aws:s3","s3":{}}]}"#, #"{"Records":[{"EventSource":"aws:sns","Sns":{}}]}"#,
      #"{"Records":[{"eventSource":"aws:sqs","body":"{}"}]}"#, #"{"Records":7}"#,
    ])
  func refused(event: String) {
    #expect(throws: (any Error).self) { try read(event) }
  }

  @Test("has a response in the form of the request's own, or of a batch")
  func responses() throws {
    let encoder = JSONEncoder()
    let batch = GeneratorOutput<[Int]>.messages(BatchResponse(failed: ["a"]))
    #expect(
      String(decoding: try encoder.encode(batch), as: UTF8.self) == #"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#)
    let none = GeneratorOutput<[Int]>.messages(BatchResponse(failed: []))
    #expect(String(decoding: try encoder.encode(none), as: UTF8.self) == #"{"batchItemFailures":[]}"#)
    #expect(String(decoding: try encoder.encode(GeneratorOutput.plan([1])), as: UTF8.self) == "[1]")
  }
}
