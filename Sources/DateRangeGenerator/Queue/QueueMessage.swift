/// A message of an SQS queue, as Lambda passes it on:
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
public struct QueueMessage: Decodable, Equatable, Sendable {
  /// The value of `eventSource` for a queue.
  static let queueSource = "aws:sqs"

  /// The message's id. It is the same in each delivery.
  public let id: String
  public let body: String
  /// The service that the record is from.
  let source: String

  enum CodingKeys: String, CodingKey {
    case id = "messageId"
    case body
    case source = "eventSource"
  }

  public init(id: String, body: String) {
    self.id = id
    self.body = body
    source = Self.queueSource
  }

  public init(from decoder: any Decoder) throws {
    let record = try decoder.container(keyedBy: CodingKeys.self)
    source = try record.decodeIfPresent(String.self, forKey: .source) ?? ""
    // Only a queue's record must have the two others.
    guard source == Self.queueSource else {
      (id, body) = ("", "")
      return
    }
    id = try record.decode(String.self, forKey: .id)
    body = try record.decodeIfPresent(String.self, forKey: .body) ?? ""
  }
}

/// The response to a batch of messages: those that Lambda leaves in the queue. It deletes the others.
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
public struct BatchResponse: Codable, Equatable, Sendable {
  /// A message that is delivered again.
  public struct Failure: Codable, Equatable, Sendable {
    /// The message's id.
    public let itemIdentifier: String
  }

  /// In the order of the batch.
  public let batchItemFailures: [Failure]

  /// - Parameter failed: the ids of the messages that failed.
  public init(failed: [String]) { batchItemFailures = failed.map(Failure.init(itemIdentifier:)) }
}
