import FoundationEssentials

/// The answer to a request, whatever its status.
public struct HTTPResponse: Sendable {
  /// 200 to 599: informational answers are passed over.
  public var status: Int
  public var headers: HTTPHeaders
  /// Decompressed.
  public var body: Data
  /// When the request that it answers went out, by the client's clock; nil when no client sent it.
  public var began: Date?

  public init(status: Int, headers: HTTPHeaders = [:], body: Data = Data()) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public var isSuccess: Bool { (200..<300).contains(status) }
}
