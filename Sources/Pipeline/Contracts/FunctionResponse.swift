/// The response of a function that did its work, in the shape of the legacy system:
/// `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":{…}}`. The body is an object, not a string.
public struct FunctionResponse<Body: Codable>: Codable {
  public let statusCode: Int
  public let headers: [String: String]
  public let body: Body

  public init(_ body: Body) {
    statusCode = 200
    headers = ["Content-Type": "application/json"]
    self.body = body
  }
}

extension FunctionResponse: Equatable where Body: Equatable {}
extension FunctionResponse: Sendable where Body: Sendable {}
