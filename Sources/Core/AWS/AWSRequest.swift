import FoundationEssentials
import HTTP
import Text

/// A call of a service, before it is signed.
struct AWSRequest {
  /// `PutObject`.
  let operation: String
  /// The resource that it concerns, for error messages.
  var resource: String?
  var method = "POST"
  /// Replaces the endpoint of the service: the host of a bucket.
  var endpoint: AWSEndpoint?
  /// Percent-encoded, with the leading `/`.
  var path = "/"
  /// Not percent-encoded.
  var query: [(name: String, value: String)] = []
  var headers: HTTPHeaders = [:]
  var body: Data?
  /// The limit for one attempt.
  var timeout: Duration = .seconds(30)
  /// The limit of the response body in bytes.
  var maximumBodyBytes = 32 << 20

  /// Returns the URL at the given endpoint.
  func url(at endpoint: AWSEndpoint) -> String {
    let parameters = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
    let suffix = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
    return "\(endpoint.scheme)://\(endpoint.authority)\(endpoint.prefix)\(path)\(suffix)"
  }
}
