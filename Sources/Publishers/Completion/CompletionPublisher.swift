import AWS
import Contracts
import Time

/// Tells people that a run has done its items: by a topic of SNS, and by a text message to a phone, as system 004 does.
///
/// A message that cannot be sent fails nothing: what the run has loaded is there. The log says why it was not sent.
public final class CompletionPublisher: Publisher {
  /// Sends a message.
  public typealias Send = (_ message: CompletionMessage, Deadline) throws(PipelineError) -> Void

  /// The longest time that a message may take: the run waits for it.
  private static let timeout = Duration.seconds(10)

  private let subject: String
  private let ways: [(name: String, send: Send)]

  /// - Parameter ways: the ways that a message takes, by a name for the log.
  public init(subject: String, ways: [(name: String, send: Send)]) {
    self.subject = subject
    self.ways = ways
  }

  /// Publishes nothing: a message is about a run, not about an item.
  public func publish(_ scope: CacheRequest.Scope, deadline: Deadline) throws(PipelineError) -> PublishReport {
    PublishReport()
  }

  public func complete(_ run: RunCompletion, deadline: Deadline) -> PublishReport {
    var report = PublishReport()
    let message = CompletionMessage(run, subject: subject)
    for way in ways {
      do throws(PipelineError) {
        try way.send(message, deadline.limited(to: Self.timeout))
        report.notes.append("the completion of the run was sent to \(way.name)")
      } catch {
        report.warnings.append(
          "the run is complete, and no message was sent to \(way.name): \(error.message). Nothing else is missing")
      }
    }
    return report
  }
}
