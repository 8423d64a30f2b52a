import Time

/// What is known of one invocation beside its event.
public struct LambdaContext {
  /// Lambda's id of the invocation; a retry by the platform keeps it.
  public let requestID: String
  /// By when the handler must have ended: the sandbox's own deadline less the time that a report takes.
  public let deadline: Deadline
  /// The function's ARN, with the version or alias by which it was called.
  public let invokedFunctionARN: String?
  /// The X-Ray trace header.
  public let traceID: String?
  /// JSON that a caller sent with the event, such as a mobile SDK's.
  public let clientContext: String?
  /// JSON that names the Amazon Cognito identity, when there is one.
  public let cognitoIdentity: String?
  /// The tenant, for functions that isolate tenants.
  public let tenantID: String?
  /// Writes the request's id on every line.
  public let log: Logger
  /// Written as one line when the handler has ended.
  public let metrics: Metrics

  public init(
    requestID: String, deadline: Deadline, log: Logger, metrics: Metrics = Metrics(), invokedFunctionARN: String? = nil,
    traceID: String? = nil,
    clientContext: String? = nil, cognitoIdentity: String? = nil, tenantID: String? = nil
  ) {
    self.requestID = requestID
    self.deadline = deadline
    self.log = log
    self.metrics = metrics
    self.invokedFunctionARN = invokedFunctionARN
    self.traceID = traceID
    self.clientContext = clientContext
    self.cognitoIdentity = cognitoIdentity
    self.tenantID = tenantID
  }
}
