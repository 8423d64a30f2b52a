import FoundationEssentials
import Text
import Time

/// A client of Amazon SNS, which publishes messages.
///
/// SNS has the Query protocol alone: a form as request, XML as response.
/// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
public final class SNSClient {
  private static let service = AWSService(
    name: "SNS", signingName: "sns", endpointPrefix: "sns", endpointVariable: "SNS")

  private let client: AWSClient

  /// - Parameter region: the topic's region; nil for the session's.
  /// - Throws: `invalidConfiguration` if the endpoint or the region is invalid.
  public init(_ session: AWSSession, region: String? = nil) throws(AWSError) {
    client = try AWSClient(Self.service, session: session, region: region)
  }

  /// Publishes a message. If the response is lost, the message is sent again: a subscriber may get it twice.
  /// - Parameters:
  ///   - subject: at most 100 ASCII characters in one line.
  ///   - topic: the topic's ARN.
  public func publish(
    _ message: String, subject: String, to topic: String, deadline: Deadline
  ) throws(AWSError) {
    try publish([("TopicArn", topic), ("Subject", subject), ("Message", message)], to: topic, deadline: deadline)
  }

  /// Sends a text message to a phone, possibly twice as above. No error has the phone's number.
  /// - Parameter message: up to 1600 characters, which the network may divide into several messages.
  public func text(_ message: String, to phone: PhoneNumber, deadline: Deadline) throws(AWSError) {
    do throws(AWSError) {
      try publish([("PhoneNumber", phone.number), ("Message", message)], to: "\(phone)", deadline: deadline)
    } catch {
      var hidden = AWSError(error.kind, error.operation, of: error.resource, phone.hidden(in: error.message))
      hidden.code = error.code.map(phone.hidden)
      hidden.status = error.status
      hidden.requestID = error.requestID.map(phone.hidden)
      throw hidden
    }
  }

  private func publish(_ fields: [(String, String)], to resource: String, deadline: Deadline) throws(AWSError) {
    let fields = [("Action", "Publish"), ("Version", "2010-03-31")] + fields
    var request = AWSRequest(operation: "Publish", resource: resource)
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    request.body = Data(fields.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&").utf8)
    try client.send(request, deadline: deadline) { (response) throws(AWSError) in
      guard XMLElement(response.body)?.name == "PublishResponse" else {
        throw .corrupt("SNS Publish", of: resource, "the response has an unexpected shape")
      }
    }
  }

  /// Returns the region of a topic: `us-east-1` of `arn:aws:sns:us-east-1:123456789012:topic`; nil for another text.
  public static func region(ofTopic arn: String) -> String? {
    let fields = arn.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 6, fields[0] == "arn", fields[2] == "sns", !fields[3].isEmpty, !fields[5].isEmpty else {
      return nil
    }
    return String(fields[3])
  }
}
