/// A request to the read API, as the server or the payload of a Lambda invocation has it. No route reads a body.
public struct APIRequest: Sendable {
  /// The method in capitals: `GET`.
  public var method: String
  /// The path as the client sent it, escapes included: `/events/12`.
  public var path: String
  /// The query as the client sent it, without the question mark.
  public var query: String
  /// The values by lower-case names; those of a repeated header are joined by commas.
  public var headers: [String: String]
  /// The client's address, for the access log.
  public var source: String

  public init(
    method: String, path: String, query: String = "", headers: [String: String] = [:], source: String = ""
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.source = source
  }
}
