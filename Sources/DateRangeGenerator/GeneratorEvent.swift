import Contracts

/// An event of the function: a request of the state machine, or a batch of messages of an SQS queue.
public enum GeneratorEvent: Decodable, Sendable {
  case plan(RunRequest)
  case messages([QueueMessage])

  private enum CodingKeys: String, CodingKey {
    case records = "Records"
  }

  /// - Throws: `InvalidInput` for records that come from no queue: they would be taken for a request without fields.
  public init(from decoder: any Decoder) throws {
    let event = try decoder.container(keyedBy: CodingKeys.self)
    guard event.contains(.records) else {
      self = .plan(try RunRequest(from: decoder))
      return
    }
    let messages = try event.decode([QueueMessage].self, forKey: .records)
    if let other = messages.first(where: { $0.source != QueueMessage.queueSource }) {
      throw PipelineError(
        .invalidInput,
        "a record comes from '\(other.source.prefix(40))': this function reads records of SQS queues only, so send it to a "
          + "queue of which the function is the target")
    }
    self = .messages(messages)
  }
}

/// The response to an event.
public enum GeneratorOutput<Plan: Encodable>: Encodable {
  case plan(Plan)
  case messages(BatchResponse)

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .plan(let response): try response.encode(to: encoder)
    case .messages(let response): try response.encode(to: encoder)
    }
  }
}
