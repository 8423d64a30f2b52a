import FoundationEssentials
import HTTP

/// The error in a response, in any of AWS's forms: S3's XML, the JSON protocols' `__type`, or headers alone. Parts that
/// are missing or cannot be read are nil.
package struct AWSErrorBody: Equatable {
  /// `NoSuchBucket`, without namespace and URL.
  package internal(set) var code: String?
  package internal(set) var message: String?
  package internal(set) var requestID: String?

  package init(_ response: HTTPResponse) {
    requestID =
      response.headers["x-amz-request-id"] ?? response.headers["x-amzn-requestid"]
      ?? response.headers["x-amzn-request-id"]
    code = response.headers["x-amzn-errortype"].flatMap(Self.bareCode)
    switch response.body.first {
    case UInt8(ascii: "<"): read(xml: response.body)
    case UInt8(ascii: "{"): read(json: response.body)
    default: break
    }
  }

  /// Reads the form of S3, `<Error><Code/><Message/>…</Error>`, and that of the Query protocol, which has the same in
  /// `<ErrorResponse>`, with the request's id beside it.
  private mutating func read(xml body: Data) {
    guard let root = XMLElement(body),
      let error = root.name == "ErrorResponse" ? root.children.first(where: { $0.name == "Error" }) : root,
      error.name == "Error"
    else { return }
    code = error["Code"].flatMap(Self.bareCode) ?? code
    message = error["Message"].flatMap(Self.presentable)
    requestID = requestID ?? error["RequestId"] ?? root["RequestId"]
  }

  /// Reads the form of the JSON protocols:
  /// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
  private mutating func read(json body: Data) {
    struct Document: Decodable {
      var type: String?
      var code: String?
      var message: String?
      var capitalMessage: String?

      enum CodingKeys: String, CodingKey {
        case code, message
        case type = "__type"
        case capitalMessage = "Message"
      }
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: body) else { return }
    code = code ?? (document.type ?? document.code).flatMap(Self.bareCode)
    message = (document.message ?? document.capitalMessage).flatMap(Self.presentable)
  }

  /// Returns `ExecutionDoesNotExist` for `com.amazonaws.states#ExecutionDoesNotExist:http://…`.
  private static func bareCode(_ text: String) -> String? {
    let code = text.prefix { $0 != ":" }.split(separator: "#").last.map(String.init) ?? ""
    return code.isEmpty ? nil : code
  }

  /// Returns the first line, up to a canonical request, and at most 500 characters: some services quote the whole request
  /// with its session token.
  private static func presentable(_ text: String) -> String? {
    let first = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let line = first.split(separator: " The Canonical String").first ?? ""
    return line.isEmpty ? nil : String(line.prefix(500))
  }
}
