import FoundationEssentials

/// The response to a request, of any status.
public struct HTTPResponse: Sendable {
  /// 200 to 599: informational responses are skipped.
  public var status: Int
  public var headers: HTTPHeaders
  /// Decompressed.
  public var body: Data
  /// The moment at which the request was sent, by the client's clock; nil if no client sent it.
  public var began: Date?

  public init(status: Int, headers: HTTPHeaders = [:], body: Data = Data()) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// True for a status of 2xx.
  public var isSuccess: Bool { (200..<300).contains(status) }
}
