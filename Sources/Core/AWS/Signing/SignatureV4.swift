import Cryptography
import FoundationEssentials
import HTTP

/// A signer of requests by AWS Signature Version 4, in headers. It performs no I/O: the caller passes the date.
public struct SignatureV4 {
  /// The name in the credential scope: `s3`, `states`.
  public let service: String
  public let region: String
  let pathRule: CanonicalRequest.PathRule
  /// Returns true for the headers, by lower-case name, that are signed.
  let isSigned: (String) -> Bool
  private var cachedKey: (secret: String, day: String, key: [UInt8])?

  /// Creates a signer with AWS's rules for a service.
  public init(service: String, region: String) {
    self.init(
      service: service, region: region, pathRule: service == "s3" ? .asSent : .encodedAgain(normalized: true))
  }

  init(
    service: String, region: String, pathRule: CanonicalRequest.PathRule,
    signing isSigned: @escaping (String) -> Bool = Self.isUsuallySigned
  ) {
    self.service = service
    self.region = region
    self.pathRule = pathRule
    self.isSigned = isSigned
  }

  /// Accepts the headers that control the call, and none that a proxy or libcurl may add or change.
  static func isUsuallySigned(_ name: String) -> Bool {
    name == "host" || name == "content-type" || name.hasPrefix("x-amz-")
  }

  /// Returns the request with `X-Amz-Date`, the session token and `Authorization`. The payload hash is the header
  /// `x-amz-content-sha256`, or computed from the body if the header is missing.
  public mutating func sign(
    _ request: HTTPRequest, with credentials: Credentials, at date: Date
  ) throws(AWSError) -> HTTPRequest {
    var signed = request
    let stamp = AWSDate.stamp(date)
    signed.headers["X-Amz-Date"] = stamp
    signed.headers["X-Amz-Security-Token"] = credentials.sessionToken
    let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
    let canonical = try canonicalRequest(signed)
    let text = try stringToSign(canonical, stamp: stamp, scope: scope)
    let signature = try Digest(
      signing: text, key: signingKey(secret: credentials.secretAccessKey, day: String(stamp.prefix(8))))
    signed.headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(canonical.signedHeaders), "
      + "Signature=\(signature.hexadecimal)"
    return signed
  }

  func canonicalRequest(_ request: HTTPRequest) throws(AWSError) -> CanonicalRequest {
    let payloadHash: String
    if let given = request.headers["x-amz-content-sha256"] {
      payloadHash = given
    } else {
      payloadHash = try Digest(digesting: request.body ?? Data()).hexadecimal
    }
    return CanonicalRequest(request, pathRule: pathRule, payloadHash: payloadHash, signing: isSigned)
  }

  func stringToSign(_ canonical: CanonicalRequest, stamp: String, scope: String) throws(AWSError) -> String {
    let digest = try Digest(digesting: Data(canonical.text.utf8))
    return ["AWS4-HMAC-SHA256", stamp, scope, digest.hexadecimal].joined(separator: "\n")
  }

  /// Returns the key for a secret and a day. The last key is cached.
  private mutating func signingKey(secret: String, day: String) throws(AWSError) -> [UInt8] {
    if let cachedKey, cachedKey.secret == secret, cachedKey.day == day { return cachedKey.key }
    var key = Array("AWS4\(secret)".utf8)
    for part in [day, region, service, "aws4_request"] {
      key = try Digest(signing: part, key: key).bytes
    }
    cachedKey = (secret, day, key)
    return key
  }
}
