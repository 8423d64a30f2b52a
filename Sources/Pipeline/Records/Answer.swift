/// What a function that did its work answers with, in the shape of system 000:
/// `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":{…}}`, the body as an object, not as text.
public struct Answer<Body: Encodable>: Encodable {
  public let statusCode = 200
  public let headers = ["Content-Type": "application/json"]
  public let body: Body

  public init(_ body: Body) { self.body = body }
}
