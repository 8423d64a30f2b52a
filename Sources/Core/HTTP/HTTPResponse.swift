import FoundationEssentials

/// The response to a request, of any status.
public struct HTTPResponse: Sendable {
  /// 200 to 599: informational responses are skipped.
  public var status: Int
  public var headers: HTTPHeaders
  /// The body without its content coding. With a status other than 2xx it is as received if it cannot be decoded: the
  /// status says enough.
  public var body: Data
  /// The body as received, without transfer coding. Equal to `body` if it has no content coding.
  public var received: Data
  /// True if neither Content-Length nor a chunked coding showed the end of the body, but the end of the connection.
  public var endsWithConnection = false
  /// The moment at which the request was sent, by the client's clock; nil if no client sent it.
  public var began: Date?

  public init(status: Int, headers: HTTPHeaders = [:], body: Data = Data()) {
    self.status = status
    self.headers = headers
    self.body = body
    received = body
  }

  /// True for a status of 2xx.
  public var isSuccess: Bool { (200..<300).contains(status) }
}
