import Contracts
import Time

extension FetchError {
  /// Returns the failure of an item whose main page could not be read.
  ///
  /// An extractor that knows more about its source, such as that a missing page means a rebuilt site, decides that before.
  /// - Parameters:
  ///   - url: the page, for the message; redacted like everything that leaves memory.
  ///   - deadline: the deadline of the request.
  public func pipelineError(reading url: String, deadline: Deadline) -> PipelineError {
    let name: PipelineError.Name =
      switch reason {
      case .throttled: .sourceThrottled
      // A request that is limited by the deadline ends a millisecond or so before it.
      case .timedOut where deadline.remaining < .milliseconds(10): .deadlineExceeded
      case .unavailable, .timedOut: .sourceUnavailable
      case .refused, .missing: .sourceRefused
      // The response is of another kind, or a person must settle with the source that it may be read.
      case .unusable, .tooLarge, .disallowed: .sourceChanged
      case .notArchived: .invalidInput
      }
    return PipelineError(name, "\(url) cannot be read: \(self)")
  }
}
