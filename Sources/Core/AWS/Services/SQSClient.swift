import Time

/// A client of Amazon SQS, which sends messages.
public final class SQSClient {
  private static let service = AWSService(
    name: "SQS", signingName: "sqs", endpointPrefix: "sqs", endpointVariable: "SQS")

  private let client: AWSClient

  /// - Throws: `invalidConfiguration` if the endpoint or the region is invalid.
  public init(_ session: AWSSession) throws(AWSError) { client = try AWSClient(Self.service, session: session) }

  /// Sends a message. If the response is lost, the message is sent again: it may be in the queue twice.
  /// - Parameters:
  ///   - message: a text. SQS refuses a message with a character that XML 1.0 does not have; U+FFFD takes its place.
  ///   - queue: the queue's URL.
  public func send(_ message: String, to queue: String, deadline: Deadline) throws(AWSError) {
    struct Input: Encodable {
      let QueueUrl: String
      let MessageBody: String
    }
    struct Output: Decodable {}
    let _: Output = try client.call(
      "SendMessage", target: "AmazonSQS", version: "1.0", Input(QueueUrl: queue, MessageBody: Self.sendable(message)),
      of: queue, deadline: deadline)
  }

  /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  private static func sendable(_ message: String) -> String {
    func isAccepted(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...: true
      default: false
      }
    }
    return String(String.UnicodeScalarView(message.unicodeScalars.map { isAccepted($0) ? $0 : "\u{fffd}" }))
  }
}
