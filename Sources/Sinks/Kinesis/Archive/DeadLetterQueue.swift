import AWS
import Contracts
import Time

/// The queue with messages about records of a stream that cannot be read.
public final class DeadLetterQueue {
  private let session: () throws(AWSError) -> AWSSession
  private let url: String
  private var client: SQSClient?

  /// - Parameters:
  ///   - url: the queue's URL.
  ///   - session: makes the session of AWS, for the first message: most batches have none.
  public init(_ url: String, session: @escaping () throws(AWSError) -> AWSSession) {
    self.url = url
    self.session = session
  }

  /// - Throws: `DestinationUnavailable`; `ConfigurationInvalid`, also if no region is known, or the endpoint malformed.
  public func send(_ message: String, deadline: Deadline) throws(PipelineError) {
    do throws(AWSError) { try connected().send(message, to: url, deadline: deadline) } catch {
      throw PipelineError(error, ofQueue: url)
    }
  }

  private func connected() throws(AWSError) -> SQSClient {
    if let client { return client }
    let made = try SQSClient(session())
    client = made
    return made
  }
}

extension PipelineError {
  fileprivate init(_ error: AWSError, ofQueue url: String) {
    let isTemporary: Bool =
      switch error.kind {
      case .timedOut, .unavailable, .conflict, .corruptResponse, .cryptography: true
      default: false
      }
    self.init(
      isTemporary ? .destinationUnavailable : .configurationInvalid,
      "a message about a record of the stream was not sent to STREAM_FAILURES_QUEUE_URL, \(url): \(error)")
  }
}
