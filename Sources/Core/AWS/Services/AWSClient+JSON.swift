import FoundationEssentials
import HTTP
import Time

/// The JSON 1.0 and 1.1 protocols: everything is a POST to `/` that names its operation in a header.
/// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
extension AWSClient {
  /// - Parameters:
  ///   - target: `AWSStepFunctions`, the service's name before the operation's.
  ///   - version: `1.0` or `1.1`.
  ///   - resource: what the call is about, for error messages.
  func call<Output: Decodable>(
    _ operation: String, target: String, version: String, _ input: some Encodable, of resource: String?,
    deadline: Deadline
  ) throws(AWSError) -> Output {
    var request = AWSRequest(operation: operation, resource: resource)
    request.headers["Content-Type"] = "application/x-amz-json-\(version)"
    request.headers["X-Amz-Target"] = "\(target).\(operation)"
    do { request.body = try JSONEncoder().encode(input) } catch {
      throw AWSError(.invalidRequest, "\(service.name) \(operation)", of: resource, "the input cannot be encoded")
    }
    return try send(request, deadline: deadline) { (answer) throws(AWSError) in
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .secondsSince1970
      do { return try decoder.decode(Output.self, from: answer.body) } catch {
        // The decoder's error may quote the payload.
        throw .corrupt("\(self.service.name) \(operation)", of: resource, "the answer is not what it should be")
      }
    }
  }
}
