import HTTP
import Time

/// What carries requests: `HTTPClient`, or a test's script.
public protocol AWSTransport {
  func send(_ request: HTTPRequest, deadline: Deadline) throws(HTTPError) -> HTTPResponse
}

extension HTTPClient: AWSTransport {}
