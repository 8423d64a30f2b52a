import FoundationEssentials
import HTTP

/// What an error answer says of itself, in any of AWS's ways: S3's XML, the JSON protocols' `__type`, or headers alone.
/// A part that is missing or cannot be read is nil.
struct AWSErrorBody: Equatable {
  /// `NoSuchBucket`, without namespace and address.
  var code: String?
  var message: String?
  var requestID: String?

  init(_ answer: HTTPResponse) {
    requestID =
      answer.headers["x-amz-request-id"] ?? answer.headers["x-amzn-requestid"] ?? answer.headers["x-amzn-request-id"]
    code = answer.headers["x-amzn-errortype"].flatMap(Self.bareCode)
    switch answer.body.first {
    case UInt8(ascii: "<"): read(xml: answer.body)
    case UInt8(ascii: "{"): read(json: answer.body)
    default: break
    }
  }

  /// S3: `<Error><Code/><Message/>…</Error>`.
  private mutating func read(xml body: Data) {
    guard let error = XMLElement(body), error.name == "Error" else { return }
    code = error["Code"].flatMap(Self.bareCode) ?? code
    message = error["Message"].flatMap(Self.presentable)
    requestID = requestID ?? error["RequestId"]
  }

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

  /// `com.amazonaws.states#ExecutionDoesNotExist:http://…` is `ExecutionDoesNotExist`.
  private static func bareCode(_ text: String) -> String? {
    let code = text.prefix { $0 != ":" }.split(separator: "#").last.map(String.init) ?? ""
    return code.isEmpty ? nil : code
  }

  /// The first line, and of it what stands before a canonical request: some services quote the whole request, its session
  /// token included.
  private static func presentable(_ text: String) -> String? {
    let first = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let line = first.split(separator: " The Canonical String").first ?? ""
    return line.isEmpty ? nil : String(line.prefix(500))
  }
}
