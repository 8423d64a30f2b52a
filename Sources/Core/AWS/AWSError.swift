/// A call to AWS that did not do what was asked, or the lack of what is needed to make it.
public struct AWSError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The caller asked for what cannot be asked for; nothing was sent.
    case invalidRequest
    /// A setting of the environment or a profile is missing or malformed; nothing was sent.
    case invalidConfiguration
    /// No place that credentials are looked for has any.
    case credentialsMissing
    /// The key is unknown, the signature wrong, the token expired, or the permission missing.
    case accessDenied
    /// No such key, execution, function or secret.
    case notFound
    case noSuchBucket
    /// The bucket lives in another region.
    case wrongRegion
    /// If-None-Match or If-Match did not hold.
    case preconditionFailed
    /// Another write of the same thing was under way, or the thing is in a state that forbids this.
    case conflict
    /// The service could not be reached, failed, or throttled us.
    case unavailable
    /// The service's certificate was refused.
    case untrusted
    /// The caller's deadline passed.
    case timedOut
    /// The answer is longer than the caller allows.
    case tooLarge
    /// The answer cannot be read, or its bytes are not those of its checksum.
    case corruptAnswer
    /// Any other answer of 3xx or 4xx.
    case rejected
    /// OpenSSL refused to work.
    case cryptography
  }

  public let kind: Kind
  /// What was being done: `S3 PutObject`.
  public let operation: String
  /// To what: `s3://bucket/key`, an ARN, a function's name.
  public internal(set) var resource: String?
  /// What happened, for a person. Never holds a secret or a payload.
  public let message: String
  /// AWS's name for the error: `NoSuchBucket`.
  public internal(set) var code: String?
  /// The HTTP status, when there was an answer.
  public internal(set) var status: Int?
  /// What AWS's support asks for.
  public internal(set) var requestID: String?
  /// Whether the same call may succeed a little later.
  public internal(set) var isTransient = false
  /// The least wait that the service asks for before the same call.
  var retryAfter: Duration = .zero
  /// Whether an earlier attempt of this call ended with no answer that tells if it was carried out.
  var followsLostAnswer = false
  /// Whether the call may have been carried out although it failed.
  var outcomeIsUnknown = false
  /// The server's clock less ours, in seconds, where the answer shows that they disagree.
  var clockSkew: Double?

  public init(_ kind: Kind, _ operation: String, of resource: String? = nil, _ message: String) {
    self.kind = kind
    self.operation = operation
    self.resource = resource
    self.message = message
  }

  /// An answer of status 200 that is none: it was cut off or damaged, and may be whole the next time.
  static func corrupt(_ operation: String, of resource: String?, _ message: String) -> AWSError {
    var error = AWSError(.corruptAnswer, operation, of: resource, message)
    error.isTransient = true
    return error
  }

  public var description: String {
    let details = [code, status.map(String.init), requestID.map { "request \($0)" }].compactMap { $0 }
    let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return "\(operation)\(resource.map { " of \($0)" } ?? ""): \(message)\(suffix)"
  }
}
