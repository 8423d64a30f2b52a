/// A request as an HTTP API and a function URL pass it on: payload format 2.0.
///
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
public struct GatewayRequest: Decodable, Sendable {
  public struct Context: Decodable, Sendable {
    public struct HTTP: Decodable, Sendable {
      public let method: String
      public let sourceIp: String?
    }

    public let http: HTTP
    /// The host that the client named: of a function URL `ID.lambda-url.REGION.on.aws`.
    public let domainName: String?
    /// The gateway's id of the request, which its access log has, too.
    public let requestId: String?
  }

  /// As the client sent it where a function URL passes it on; an HTTP API has resolved its escapes.
  public let rawPath: String
  public let rawQueryString: String?
  /// By lower-case names; the values of a repeated header are joined by commas.
  public let headers: [String: String]?
  public let requestContext: Context
  public let body: String?
  public let isBase64Encoded: Bool?
}
