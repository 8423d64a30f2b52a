import Time

/// An invocation, as its handler sees it beside the event.
public struct LambdaContext {
  /// Lambda's id of the invocation. A retry by the platform keeps it.
  public let requestID: String
  /// The moment by which the handler must have ended: the sandbox's deadline less the time for a report.
  public let deadline: Deadline
  /// The X-Ray trace header.
  public let traceID: String?
  /// The log. It writes the request's id and the notes of `metrics` on every line.
  public let log: Logger
  /// The metrics. The runtime writes them as one line when the handler has ended.
  public let metrics: Metrics

  public init(
    requestID: String, deadline: Deadline, log: Logger, metrics: Metrics = Metrics(), traceID: String? = nil
  ) {
    self.requestID = requestID
    self.deadline = deadline
    self.log = log
    self.metrics = metrics
    self.traceID = traceID
  }
}
