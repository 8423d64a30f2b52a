import HTTP
import Time

/// What carries requests: `HTTPClient`, or a test's script.
public protocol AWSTransport {
  /// Sends each request once, several at a time.
  /// - Returns: an outcome for each, in their order.
  func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>]
}

extension AWSTransport {
  /// Sends one request, once.
  func send(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> HTTPResponse {
    try sendAll([request], deadline: deadline)[0].get()
  }
}

extension HTTPClient: AWSTransport {
  public func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
    sendAll(requests, retrying: .never, deadline: deadline)
  }
}
