import FoundationEssentials
import HTTP
import Text

/// A call of a service, before it is signed.
struct AWSRequest {
  /// `PutObject`.
  let operation: String
  /// What it is about, for error messages.
  var resource: String?
  var method = "POST"
  /// In place of the service's endpoint, as for a bucket's own host.
  var endpoint: AWSEndpoint?
  /// Percent-encoded, from the `/` on.
  var path = "/"
  /// Not yet encoded.
  var query: [(name: String, value: String)] = []
  var headers: HTTPHeaders = [:]
  var body: Data?
  /// For one attempt.
  var timeout: Duration = .seconds(30)
  var maximumBodyBytes = 32 << 20

  func url(at endpoint: AWSEndpoint) -> String {
    let parameters = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
    let suffix = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
    return "\(endpoint.scheme)://\(endpoint.authority)\(endpoint.prefix)\(path)\(suffix)"
  }
}
