import FoundationEssentials
import HTTP
import Time

/// Turns responses and transport failures into errors.
extension AWSError {
  /// Creates the error of a response that is not a success.
  init(_ response: HTTPResponse, operation: String, resource: String?, now: Date) {
    let body = AWSErrorBody(response)
    let kind = Self.kind(code: body.code, status: response.status)
    self.init(kind, operation, of: resource, body.message ?? Self.sentence(for: kind, response: response))
    code = body.code
    status = response.status
    requestID = body.requestID
    isTransient = kind == .unavailable || Self.temporaryConflicts.contains(body.code ?? "")
    outcomeIsUnknown = response.status >= 500
    if case .retry(let wait) = HTTPRetryPolicy().decision(for: .success(response), now: now) { retryAfter = wait }
    clockSkew = Self.skew(code: body.code, response: response, now: now)
  }

  /// Creates the error of a request that got no response.
  init(_ error: HTTPError, operation: String, resource: String?, deadline: Deadline) {
    // A request that the deadline limits ends about a millisecond before it.
    let deadlinePassed = deadline.remaining < .milliseconds(10)
    let kind: Kind =
      switch error.kind {
      case .invalidURL, .invalidHeader: .invalidRequest
      case .tls: .untrusted
      case .tooLarge: .tooLarge
      case .timedOut where deadlinePassed: .timedOut
      default: .unavailable
      }
    self.init(kind, operation, of: resource, error.description)
    isTransient = error.isTransient && kind == .unavailable
    outcomeIsUnknown = isTransient || kind == .timedOut
  }

  /// Returns the kind of an error by its code, or by the status if the code is unknown.
  static func kind(code: String?, status: Int) -> Kind {
    switch code ?? "" {
    case "NoSuchBucket": .noSuchBucket
    case "PreconditionFailed", "ConditionalCheckFailedException": .preconditionFailed
    case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed": .wrongRegion
    case "NoSuchKey", "NoSuchVersion", "ResourceNotFoundException", "ExecutionDoesNotExist",
      "StateMachineDoesNotExist", "ResourceNotFound":
      .notFound
    case let code where throttled.contains(code) || serverErrors.contains(code): .unavailable
    case let code where denied.contains(code): .accessDenied
    case let code where temporaryConflicts.contains(code): .conflict
    default:
      switch status {
      case 301, 307, 308: .wrongRegion
      case 401, 403: .accessDenied
      case 404, 410: .notFound
      case 409: .conflict
      case 412: .preconditionFailed
      case 408, 429, 500...: .unavailable
      default: .rejected
      }
    }
  }

  /// Returns the message for a response without one: a response to HEAD has no body.
  private static func sentence(for kind: Kind, response: HTTPResponse) -> String {
    switch kind {
    case .notFound: "it does not exist"
    case .noSuchBucket: "the bucket does not exist"
    case .accessDenied: "access denied: the credentials are wrong, or lack the permission"
    case .preconditionFailed: "it has changed, or exists already"
    case .wrongRegion:
      response.headers["x-amz-bucket-region"].map { "the bucket is in the region \($0)" } ?? "it is in another region"
    case .unavailable: "the service failed or is overloaded"
    default: "the service refused the call"
    }
  }

  /// True if the service refused the key, its secret or the session token; false if a permission is missing.
  public var refusesCredentials: Bool { kind == .accessDenied && Self.refused.contains(code ?? "") }

  private static let refused: Set = [
    "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException",
    "InvalidToken", "SignatureDoesNotMatch", "UnrecognizedClientException",
  ]

  /// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the common errors of the JSON services.
  private static let denied: Set = [
    "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "ExpiredToken", "ExpiredTokenException",
    "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException", "InvalidToken",
    "KMSAccessDeniedException", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized",
    "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "UnrecognizedClientException",
  ]
  private static let throttled: Set = [
    "BandwidthLimitExceeded", "KMSThrottlingException", "LimitExceededException", "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException",
    "SlowDown", "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException",
    "TransactionInProgressException",
  ]
  private static let serverErrors: Set = [
    "InternalError", "InternalFailure", "InternalServerError", "InternalServiceError", "InternalServiceException",
    "RequestTimeout", "RequestTimeoutException", "ServiceException", "ServiceUnavailable",
    "ServiceUnavailableException",
  ]
  /// Conflicts of two concurrent writes: a retry may succeed.
  private static let temporaryConflicts: Set = [
    "ConditionalRequestConflict", "OperationAborted", "TransactionConflictException",
  ]

  /// Codes that say that the clocks disagree.
  private static let skewed: Set = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]
  /// Codes that may be due to clocks that disagree.
  private static let perhapsSkewed: Set = ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"]

  /// Returns the clock skew in seconds if it may have caused the error, otherwise nil.
  ///
  /// AWS accepts signatures up to 5 minutes old (S3: 15), so a skew under 4 minutes is not the cause. The refusal of a HEAD
  /// has no code.
  private static func skew(code: String?, response: HTTPResponse, now: Date) -> Double? {
    guard let date = response.headers["Date"].flatMap(HTTPDate.parse) else { return nil }
    let skew = date.timeIntervalSince(now)
    if skewed.contains(code ?? "") { return skew }
    let mayHide = code.map(perhapsSkewed.contains) ?? (response.status == 403)
    return mayHide && abs(skew) > 240 ? skew : nil
  }

  /// True if correcting the clock or refreshing the credentials may make a retry succeed.
  var isCorrectable: Bool { clockSkew != nil || code == "ExpiredToken" || code == "ExpiredTokenException" }
}
