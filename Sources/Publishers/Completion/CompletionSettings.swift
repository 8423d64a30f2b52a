import AWS
import Contracts
import Definitions
import Settings
import Time

/// The ways of a completion message, as the environment names them. They are made for the first message: an item needs none.
public struct CompletionSettings: Sendable {
  private static let phone = EnvironmentVariable.notificationPhone
  private static let topic = EnvironmentVariable.completionTopic

  /// Returns why an environment leaves the publisher out; nil for one that names a phone or a topic.
  public static func reasonToLeaveOut(_ environment: [String: String]) -> String? {
    let configuration = Configuration(environment: environment)
    guard !configuration.isSet(phone), !configuration.isSet(topic) else { return nil }
    return "neither \(phone.name) nor \(topic.name) is set: give one of them a value, and it hears of complete runs"
  }

  /// Returns the ways.
  /// - Parameters:
  ///   - configuration: reads the environment. The number may be a secret.
  ///   - session: makes the session of AWS for a region.
  public static func ways(
    _ environment: [String: String], configuration: @escaping () -> Configuration,
    session: @escaping (_ region: String?) throws(AWSError) -> AWSSession
  ) -> [(name: String, send: CompletionPublisher.Send)] {
    let given = Configuration(environment: environment)
    var ways: [(name: String, send: CompletionPublisher.Send)] = []
    if given.isSet(topic) {
      ways.append(
        (
          topic.name,
          { (message, deadline) throws(PipelineError) in
            let arn = try value(of: topic, configuration)
            guard let region = SNSClient.region(ofTopic: arn) else {
              throw PipelineError(
                .configurationInvalid, "\(topic.name) must be the ARN of a topic: arn:aws:sns:REGION:ACCOUNT:NAME")
            }
            try sending { () throws(AWSError) in
              try SNSClient(session(region), region: region).publish(
                message.text, subject: message.subject, to: arn, deadline: deadline)
            }
          }
        ))
    }
    if given.isSet(phone) {
      ways.append(
        (
          phone.name,
          { (message, deadline) throws(PipelineError) in
            guard let number = PhoneNumber(try value(of: phone, configuration)) else {
              throw PipelineError(
                .configurationInvalid, "\(phone.name) must be a number with + and the country's code")
            }
            try sending { () throws(AWSError) in
              try SNSClient(session(nil)).text(message.text, to: number, deadline: deadline)
            }
          }
        ))
    }
    return ways
  }

  private static func value(
    of variable: EnvironmentVariable, _ configuration: () -> Configuration
  ) throws(PipelineError) -> String {
    var configuration = configuration()
    let value = configuration.text(variable)
    try configuration.validate()
    return value
  }

  private static func sending(_ send: () throws(AWSError) -> Void) throws(PipelineError) {
    do { try send() } catch { throw PipelineError(.destinationUnavailable, "\(error)") }
  }
}
