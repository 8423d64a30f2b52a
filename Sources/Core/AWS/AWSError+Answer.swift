import FoundationEssentials
import HTTP
import Time

/// How answers and failures of the wire become errors.
extension AWSError {
  /// The error that an answer other than a success tells of.
  init(_ answer: HTTPResponse, operation: String, resource: String?, now: Date) {
    let body = AWSErrorBody(answer)
    let kind = Self.kind(code: body.code, status: answer.status)
    self.init(kind, operation, of: resource, body.message ?? Self.sentence(for: kind, answer: answer))
    code = body.code
    status = answer.status
    requestID = body.requestID
    isTransient = kind == .unavailable || Self.passingConflicts.contains(body.code ?? "")
    outcomeIsUnknown = answer.status >= 500
    if case .retry(let wait) = HTTPRetryPolicy().decision(for: .success(answer), now: now) { retryAfter = wait }
    clockSkew = Self.skew(code: body.code, answer: answer, now: now)
  }

  /// The error of a request that got no answer.
  init(_ error: HTTPError, operation: String, resource: String?, deadline: Deadline) {
    // A request that is bounded by the deadline ends a millisecond or so before it.
    let deadlinePassed = deadline.remaining < .milliseconds(10)
    let kind: Kind =
      switch error.kind {
      case .invalidURL: .invalidRequest
      case .tls: .untrusted
      case .tooLarge: .tooLarge
      case .timedOut where deadlinePassed: .timedOut
      default: .unavailable
      }
    self.init(kind, operation, of: resource, error.description)
    isTransient = error.isTransient && kind == .unavailable
    outcomeIsUnknown = isTransient || kind == .timedOut
  }

  static func kind(code: String?, status: Int) -> Kind {
    switch code ?? "" {
    case "NoSuchBucket": .noSuchBucket
    case "PreconditionFailed": .preconditionFailed
    case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed": .wrongRegion
    case "NoSuchKey", "NoSuchVersion", "ResourceNotFoundException", "ExecutionDoesNotExist",
      "StateMachineDoesNotExist", "ResourceNotFound":
      .notFound
    case let code where throttled.contains(code) || serverTroubles.contains(code): .unavailable
    case let code where denied.contains(code): .accessDenied
    case let code where passingConflicts.contains(code): .conflict
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

  /// What to say where AWS says nothing: an answer to HEAD has no body.
  private static func sentence(for kind: Kind, answer: HTTPResponse) -> String {
    switch kind {
    case .notFound: "there is no such thing"
    case .noSuchBucket: "the bucket does not exist"
    case .accessDenied: "access denied: the credentials are wrong, or lack the permission"
    case .preconditionFailed: "it has changed, or exists already"
    case .wrongRegion:
      answer.headers["x-amz-bucket-region"].map { "the bucket is in the region \($0)" } ?? "it is in another region"
    case .unavailable: "the service is in trouble or overloaded"
    default: "the service refused"
    }
  }

  /// Whether it is the key, its secret or the session's token that is refused, and not a permission that is missing.
  public var refusesCredentials: Bool { kind == .accessDenied && Self.refused.contains(code ?? "") }

  private static let refused: Set = [
    "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException",
    "InvalidToken", "SignatureDoesNotMatch", "UnrecognizedClientException",
  ]

  /// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the common errors of the JSON services.
  private static let denied: Set = [
    "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "ExpiredToken", "ExpiredTokenException",
    "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException", "InvalidToken",
    "MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized", "RequestExpired",
    "RequestTimeTooSkewed", "SignatureDoesNotMatch", "UnrecognizedClientException",
  ]
  private static let throttled: Set = [
    "BandwidthLimitExceeded", "LimitExceededException", "PriorRequestNotComplete", "RequestLimitExceeded",
    "RequestThrottled", "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling",
    "ThrottlingException", "TooManyRequestsException",
  ]
  private static let serverTroubles: Set = [
    "InternalError", "InternalFailure", "InternalServerError", "InternalServiceError", "InternalServiceException",
    "RequestTimeout", "RequestTimeoutException", "ServiceException", "ServiceUnavailable",
    "ServiceUnavailableException",
  ]
  /// Conflicts of two writes of which one may go through a moment later.
  private static let passingConflicts: Set = ["ConditionalRequestConflict", "OperationAborted"]

  /// Codes that say outright that the clocks disagree, and those behind which it may hide.
  private static let skewed: Set = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]
  private static let perhapsSkewed: Set = ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"]

  /// AWS takes signatures up to 5 minutes old (S3: 15), so under 4 minutes the clock is not the cause. The refusal of a
  /// HEAD has no code.
  private static func skew(code: String?, answer: HTTPResponse, now: Date) -> Double? {
    guard let date = answer.headers["Date"].flatMap(HTTPDate.parse) else { return nil }
    let skew = date.timeIntervalSince(now)
    if skewed.contains(code ?? "") { return skew }
    let mayHide = code.map(perhapsSkewed.contains) ?? (answer.status == 403)
    return mayHide && abs(skew) > 240 ? skew : nil
  }

  /// Whether our clock can be set right, or newer credentials may help.
  var showsHowToMendIt: Bool { clockSkew != nil || code == "ExpiredToken" || code == "ExpiredTokenException" }
}
