import AWS
import Foundation
import Time

/// The queue of requests of a deployment on the local stack, and its dead-letter queue. The stack delivers each batch twice,
/// by statemachine/local/aws/queues.py.
struct RequestQueue {
  private let queues: AWSClient
  private let events: AWSClient
  private let name: String
  private let time = SystemTime()

  /// - Parameter name: the deployment's name.
  init(of name: String, environment: [String: String]) throws {
    let session = try AWSSession(environment: environment)
    queues = try AWSClient(
      AWSService(name: "SQS", signingName: "sqs", endpointPrefix: "sqs", endpointVariable: "SQS"), session: session)
    events = try AWSClient(
      AWSService(
        name: "EventBridge", signingName: "events", endpointPrefix: "events", endpointVariable: "EVENTBRIDGE"),
      session: session)
    self.name = name
  }

  private var deadline: Deadline { Deadline(after: .seconds(30), on: time) }

  /// Sends messages in one batch, at most ten.
  /// - Returns: their ids, in the order of the bodies.
  func send(_ bodies: [String]) throws -> [String] {
    struct Entry: Encodable {
      let Id, MessageBody: String
    }
    struct Input: Encodable {
      let QueueUrl: String
      let Entries: [Entry]
    }
    struct Sent: Decodable {
      let Id, MessageId: String
    }
    struct Output: Decodable { let Successful: [Sent] }
    let entries = bodies.enumerated().map { Entry(Id: "\($0)", MessageBody: $1) }
    let output: Output = try call("SendMessageBatch", Input(QueueUrl: try url("requests"), Entries: entries))
    let ids = Dictionary(uniqueKeysWithValues: output.Successful.map { ($0.Id, $0.MessageId) })
    return try bodies.indices.map { index in
      guard let id = ids["\(index)"] else { throw Unsent(index: index) }
      return id
    }
  }

  private struct Unsent: Error { let index: Int }

  /// The number of messages in the queue, of those that are being handled too.
  func count() throws -> Int { try count("requests") }

  /// Receives the messages of the dead-letter queue.
  func deadLetters() throws -> [(id: String, body: String)] {
    struct Input: Encodable {
      let QueueUrl: String
      let MaxNumberOfMessages = 10
      let VisibilityTimeout = 0
    }
    struct Message: Decodable {
      let MessageId, Body: String
    }
    struct Output: Decodable { let Messages: [Message]? }
    let output: Output = try call("ReceiveMessage", Input(QueueUrl: try url("requests-failed")))
    return (output.Messages ?? []).map { ($0.MessageId, $0.Body) }
  }

  /// Sends an event to EventBridge's default bus.
  func publish(source: String, detailType: String, detail: String) throws {
    struct Output: Decodable { let FailedEntryCount: Int }
    let entry = ["Source": source, "DetailType": detailType, "Detail": detail]
    let _: Output = try events.call(
      "PutEvents", target: "AWSEvents", version: "1.1", ["Entries": [entry]], of: nil, deadline: deadline)
  }

  private func count(_ end: String) throws -> Int {
    struct Input: Encodable {
      let QueueUrl: String
      let AttributeNames = ["All"]
    }
    struct Output: Decodable { let Attributes: [String: String] }
    let output: Output = try call("GetQueueAttributes", Input(QueueUrl: try url(end)))
    return ["", "NotVisible", "Delayed"].reduce(0) {
      $0 + (Int(output.Attributes["ApproximateNumberOfMessages\($1)"] ?? "") ?? 0)
    }
  }

  private func url(_ end: String) throws -> String {
    struct Output: Decodable { let QueueUrl: String }
    return try (call("GetQueueUrl", ["QueueName": "\(name)-\(end)"]) as Output).QueueUrl
  }

  private func call<Output: Decodable>(_ operation: String, _ input: some Encodable) throws -> Output {
    try queues.call(operation, target: "AmazonSQS", version: "1.0", input, of: name, deadline: deadline)
  }
}
