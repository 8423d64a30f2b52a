/// A failed call to AWS, or a missing precondition of a call.
public struct AWSError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The request is invalid; nothing was sent.
    case invalidRequest
    /// A setting in the environment or a profile is missing or malformed; nothing was sent.
    case invalidConfiguration
    /// No source of credentials has any.
    case credentialsMissing
    /// The key is unknown, the signature is wrong, the token has expired, or a permission is missing.
    case accessDenied
    /// The key, execution, function or secret does not exist.
    case notFound
    /// The bucket does not exist.
    case noSuchBucket
    /// The bucket is in another region.
    case wrongRegion
    /// The condition of If-None-Match or If-Match was not met.
    case preconditionFailed
    /// A concurrent write of the same resource was in progress, or the state of the resource forbids the call.
    case conflict
    /// The service could not be reached, failed, or throttled the call.
    case unavailable
    /// The certificate of the service was refused.
    case untrusted
    /// The caller's deadline passed.
    case timedOut
    /// The response is longer than the caller allows.
    case tooLarge
    /// The response cannot be read, or its bytes do not match its checksum.
    case corruptResponse
    /// Any other response of status 3xx or 4xx.
    case rejected
    /// OpenSSL failed.
    case cryptography
  }

  public let kind: Kind
  /// The service and the operation: `S3 PutObject`.
  public let operation: String
  /// The resource: `s3://bucket/key`, an ARN, the name of a function.
  public internal(set) var resource: String?
  /// The reason, for people. Contains no secret and no payload.
  public let message: String
  /// The error code of AWS: `NoSuchBucket`.
  public internal(set) var code: String?
  /// The HTTP status, if there was a response.
  public internal(set) var status: Int?
  /// The id of the request, which AWS's support asks for.
  public internal(set) var requestID: String?
  /// True if the same call may succeed later.
  public internal(set) var isTransient = false
  /// The minimum delay before a retry that the service asks for.
  var retryAfter: Duration = .zero
  /// True if the response to an earlier attempt was lost, so that the service may already have carried out the call.
  var isRetryAfterLostResponse = false
  /// True if the service may have carried out the call although it failed.
  var outcomeIsUnknown = false
  /// The server's clock minus the local clock in seconds, if the response shows that they disagree.
  var clockSkew: Double?

  public init(_ kind: Kind, _ operation: String, of resource: String? = nil, _ message: String) {
    self.kind = kind
    self.operation = operation
    self.resource = resource
    self.message = message
  }

  /// Returns the error of a response of status 200 that is truncated or damaged. A retry may succeed.
  static func corrupt(_ operation: String, of resource: String?, _ message: String) -> AWSError {
    var error = AWSError(.corruptResponse, operation, of: resource, message)
    error.isTransient = true
    return error
  }

  public var description: String {
    let details = [code, status.map(String.init), requestID.map { "request \($0)" }].compactMap { $0 }
    let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return "\(operation)\(resource.map { " of \($0)" } ?? ""): \(message)\(suffix)"
  }
}
