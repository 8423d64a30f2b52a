import Time

/// A client of Amazon SQS, which sends messages.
public final class SQSClient {
  private static let service = AWSService(
    name: "SQS", signingName: "sqs", endpointPrefix: "sqs", endpointVariable: "SQS")

  private let client: AWSClient

  /// - Throws: `invalidConfiguration` if the endpoint or the region is invalid.
  public init(_ session: AWSSession) throws(AWSError) { client = try AWSClient(Self.service, session: session) }

  /// Sends a message. If the response is lost, the message is sent again: it may be in the queue twice.
  /// - Parameter queue: the queue's URL.
  public func send(_ message: String, to queue: String, deadline: Deadline) throws(AWSError) {
    struct Input: Encodable {
      let QueueUrl: String
      let MessageBody: String
    }
    struct Output: Decodable {}
    let _: Output = try client.call(
      "SendMessage", target: "AmazonSQS", version: "1.0", Input(QueueUrl: queue, MessageBody: message), of: queue,
      deadline: deadline)
  }
}
