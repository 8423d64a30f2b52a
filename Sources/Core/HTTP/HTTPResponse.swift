import FoundationEssentials

/// The answer to a request, whatever its status.
public struct HTTPResponse: Sendable {
  /// 200 to 599: informational answers are passed over.
  public var status: Int
  /// Those of the last answer, when redirects led to it.
  public var headers: HTTPHeaders
  /// Decompressed.
  public var body: Data
  /// The address that answered, after redirects.
  public var url: String
  /// When the request that it answers went out, by the client's clock; nil when no client sent it.
  public var began: Date?

  public init(status: Int, headers: HTTPHeaders = [:], body: Data = Data(), url: String = "") {
    self.status = status
    self.headers = headers
    self.body = body
    self.url = url
  }

  public var isSuccess: Bool { (200..<300).contains(status) }
}
