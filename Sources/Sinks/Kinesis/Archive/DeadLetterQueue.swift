import AWS
import Contracts
import Time

/// The queue with messages about records of a stream that cannot be read.
public final class DeadLetterQueue {
  private let client: SQSClient
  private let url: String

  /// - Parameter url: the queue's URL.
  /// - Throws: `ConfigurationInvalid` if no region is known, or the endpoint is malformed.
  public init(_ url: String, session: () throws(AWSError) -> AWSSession) throws(PipelineError) {
    self.url = url
    do { client = try SQSClient(session()) } catch { throw PipelineError(error, ofQueue: url) }
  }

  /// - Throws: `DestinationUnavailable`, `ConfigurationInvalid`.
  public func send(_ message: String, deadline: Deadline) throws(PipelineError) {
    do { try client.send(message, to: url, deadline: deadline) } catch { throw PipelineError(error, ofQueue: url) }
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
