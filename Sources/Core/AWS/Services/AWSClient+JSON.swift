import FoundationEssentials
import HTTP
import Time

/// The JSON 1.0 and 1.1 protocols: each call is a POST to `/` that names its operation in a header.
/// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
extension AWSClient {
  /// Calls an operation.
  /// - Parameters:
  ///   - target: the service's name in the header, before the operation's: `AWSStepFunctions`.
  ///   - version: `1.0` or `1.1`.
  ///   - resource: the resource that the call concerns, for error messages.
  package func call<Output: Decodable>(
    _ operation: String, target: String, version: String, _ input: some Encodable, of resource: String?,
    deadline: Deadline
  ) throws(AWSError) -> Output {
    let outcomes: [Result<Output, AWSError>] = callAll(
      operation, target: target, version: version, [input], of: resource, deadline: deadline)
    return try outcomes[0].get()
  }

  /// Calls an operation several times at once.
  /// - Returns: the outcome of each call, in the order of the inputs.
  package func callAll<Output: Decodable>(
    _ operation: String, target: String, version: String, _ inputs: [some Encodable], of resource: String?,
    deadline: Deadline
  ) -> [Result<Output, AWSError>] {
    sendAll(inputs, deadline: deadline) { (input) throws(AWSError) in
      var request = AWSRequest(operation: operation, resource: resource)
      request.headers["Content-Type"] = "application/x-amz-json-\(version)"
      request.headers["X-Amz-Target"] = "\(target).\(operation)"
      do { request.body = try JSONEncoder().encode(input) } catch {
        throw AWSError(
          .invalidRequest, "\(self.service.name) \(operation)", of: resource, "the input cannot be encoded")
      }
      return request
    } reading: { (_, response) throws(AWSError) in
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .secondsSince1970
      do { return try decoder.decode(Output.self, from: response.body) } catch {
        // The decoder's error is dropped, because it may quote the payload.
        throw .corrupt("\(self.service.name) \(operation)", of: resource, "the response has an unexpected shape")
      }
    }
  }
}
