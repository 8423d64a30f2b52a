import JSON

/// A response of the read API.
public struct APIResponse: Sendable {
  public var status: Int
  /// The values by lower-case names.
  public var headers: [String: String]
  public var body: [UInt8]
  /// The failure behind a response that is not a problem. The log has it, the client does not get it.
  public var failure: String?

  /// The most bytes of a body that is never held up. 64 connections have 16 MB of these.
  public static let small = 256 << 10

  public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A response with a body of a media type.
  public init(status: Int = 200, _ body: [UInt8], type: String) {
    self.init(status: status, headers: ["content-type": type], body: body)
  }

  /// A response with a JSON document.
  public init(status: Int = 200, json: JSONValue) {
    var body: [UInt8] = []
    json.write(into: &body)
    self.init(status: status, body, type: "application/json")
  }
}
