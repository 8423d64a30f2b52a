import HTTP
import Time

/// A transport of requests: `HTTPClient`, or the script of a test.
public protocol AWSTransport {
  /// Sends each request once, several concurrently.
  /// - Returns: the outcome of each request, in the order of the requests.
  func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>]
}

extension AWSTransport {
  /// Sends one request, without retries.
  func send(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> HTTPResponse {
    try sendAll([request], deadline: deadline)[0].get()
  }
}

extension HTTPClient: AWSTransport {
  public func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
    sendAll(requests, retrying: .never, deadline: deadline)
  }
}
