import Cryptography
import FoundationEssentials
import HTTP

/// Signs requests with AWS Signature Version 4, in headers. It does no I/O and is given its date.
public struct SignatureV4 {
  /// As in the credential scope: `s3`, `states`.
  public let service: String
  public let region: String
  let pathRule: CanonicalRequest.PathRule
  /// Which headers (by lower-case name) are covered.
  let isSigned: (String) -> Bool
  private var cachedKey: (secret: String, day: String, key: [UInt8])?

  /// A signer with AWS's rules for that service.
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

  /// Everything that tells AWS what to do, and nothing that a proxy or libcurl may add or change on the way.
  static func isUsuallySigned(_ name: String) -> Bool {
    name == "host" || name == "content-type" || name.hasPrefix("x-amz-")
  }

  /// The request with `X-Amz-Date`, the session's token and `Authorization`. The body counts by its
  /// `x-amz-content-sha256`, or is hashed when there is no such header.
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

  /// Holds for a day, a region, a service and a secret; the last one is kept.
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
