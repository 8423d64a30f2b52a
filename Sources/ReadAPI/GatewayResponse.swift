import APIRouting
import FoundationEssentials

/// A response in the form of payload format 2.0.
public struct GatewayResponse: Encodable, Equatable, Sendable {
  /// The most bytes of a body in the response. Lambda takes 6,291,556 in all: this leaves room for the headers.
  static let mostBody = 6_200_000

  public let statusCode: Int
  public let headers: [String: String]
  public let body: String
  /// True for a body that is no text, because it is compressed, or whose text would be longer than base64.
  public let isBase64Encoded: Bool

  /// - Returns: nil for a body that Lambda does not take.
  init?(_ response: APIResponse) {
    let escaped = response.headers["content-encoding"] == nil ? Self.escapedLength(response.body) : .max
    let encoded = (response.body.count + 2) / 3 * 4
    guard min(escaped, encoded) <= Self.mostBody else { return nil }
    let text = escaped <= encoded ? String(validating: response.body, as: UTF8.self) : nil
    guard text != nil || encoded <= Self.mostBody else { return nil }
    statusCode = response.status
    headers = response.headers
    body = text ?? Data(response.body).base64EncodedString()
    isBase64Encoded = text == nil
  }

  /// The response in place of one that Lambda does not take. API Gateway would make a status 500 of that, without the headers
  /// that every response has.
  static func tooLarge(_ response: APIResponse) -> GatewayResponse {
    let isCompressed = response.headers["content-encoding"] != nil
    let isPage = response.headers["content-type"]?.hasPrefix("text/html") == true
    // A list ends before 4 MB, so it is one record alone, or the operators' page.
    let advice =
      !isCompressed
      ? "ask for it compressed, with Accept-Encoding: gzip"
      : isPage ? "`festvibes report` writes the page as a file" : "`festvibes serve` sends such a record"
    let problem = APIProblem(
      422,
      "The response would have \(response.body.count) bytes\(isCompressed ? ", compressed" : ""), and AWS Lambda takes "
        + "6 MB: \(advice)")
    let own = problem.response(requestID: response.headers["x-request-id"] ?? "")
    var headers = response.headers
    for name in ["content-encoding", "content-length", "etag"] { headers[name] = nil }
    headers.merge(own.headers) { _, own in own }
    return GatewayResponse(
      statusCode: own.status, headers: headers, body: String(decoding: own.body, as: UTF8.self), isBase64Encoded: false)
  }

  /// The response to HEAD, if this is that to GET.
  /// - Parameter response: what this was made of.
  func head(of response: APIResponse) -> GatewayResponse {
    guard !body.isEmpty else { return self }
    var headers = headers
    headers["content-length"] = String(isBase64Encoded ? response.body.count : body.utf8.count)
    return GatewayResponse(statusCode: statusCode, headers: headers, body: "", isBase64Encoded: false)
  }

  private init(statusCode: Int, headers: [String: String], body: String, isBase64Encoded: Bool) {
    (self.statusCode, self.headers, self.body, self.isBase64Encoded) = (statusCode, headers, body, isBase64Encoded)
  }

  /// The length of a text as a JSON string, in which quotes, backslashes and control characters get longer.
  private static func escapedLength(_ text: [UInt8]) -> Int {
    var length = text.count
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: length += 1
      case 0..<0x20: length += 5
      default: break
      }
    }
    return length
  }
}
