import AWS
import Time

/// The topic of SNS whose subscribers hear of new projections.
public final class ProjectionTopic {
  /// Sends a message.
  public typealias Send = (_ subject: String, _ message: String, Deadline) throws(AWSError) -> Void

  /// The longest time that a message may take: the projection is there, and waits for nobody.
  static let timeout = Duration.seconds(10)

  private let arn: String
  private let session: (_ region: String) throws(AWSError) -> AWSSession
  private var client: SNSClient?

  /// - Parameters:
  ///   - arn: the topic's ARN.
  ///   - session: makes the session for a region, for the first message: most runs have none.
  public init(_ arn: String, session: @escaping (_ region: String) throws(AWSError) -> AWSSession) {
    self.arn = arn
    self.session = session
  }

  public func send(_ subject: String, _ message: String, _ deadline: Deadline) throws(AWSError) {
    try connected().publish(message, subject: subject, to: arn, deadline: deadline)
  }

  private func connected() throws(AWSError) -> SNSClient {
    if let client { return client }
    guard let region = SNSClient.region(ofTopic: arn) else {
      throw AWSError(
        .invalidConfiguration, "SNS Publish",
        "SNS_PROJECTION_TOPIC_ARN must be the ARN of a topic: arn:aws:sns:REGION:ACCOUNT:NAME")
    }
    guard !arn.hasSuffix(".fifo") else {
      throw AWSError(
        .invalidConfiguration, "SNS Publish",
        "SNS_PROJECTION_TOPIC_ARN must be a standard topic: messages in order, as a topic .fifo has them, are not sent")
    }
    let made = try SNSClient(session(region), region: region)
    client = made
    return made
  }
}
