import APIRouting
import FoundationEssentials

/// An answer in the form of payload format 2.0.
public struct GatewayResponse: Encodable, Equatable, Sendable {
  public let statusCode: Int
  public let headers: [String: String]
  public let body: String
  /// True for a body that is no text: a compressed one.
  public let isBase64Encoded: Bool

  init(_ response: APIResponse) {
    statusCode = response.status
    headers = response.headers
    let text = response.headers["content-encoding"] == nil ? String(validating: response.body, as: UTF8.self) : nil
    body = text ?? Data(response.body).base64EncodedString()
    isBase64Encoded = text == nil
  }
}
