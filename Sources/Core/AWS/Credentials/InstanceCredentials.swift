import FoundationEssentials
import HTTP
import Text
import Time

/// The credentials of an EC2 instance's role, from version 2 of the instance metadata service. Version 1 is not supported.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
public struct InstanceCredentials: CredentialsProvider {
  private static let operation = "reading credentials"
  private static let source = "the instance metadata service"
  private let environment: [String: String]
  private let metadata: MetadataClient

  init(_ environment: [String: String], metadata: MetadataClient) {
    self.environment = environment
    self.metadata = metadata
  }

  public func credentials(deadline: Deadline) throws(AWSError) -> Credentials? {
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let given = environment.nonEmpty("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
    let base = given.hasSuffix("/") ? String(given.dropLast()) : given
    let token: String
    do {
      token = try text(
        HTTPRequest(
          "PUT", "\(base)/latest/api/token", headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"], body: Data()),
        deadline)
    } catch {
      // No response: the machine is not an EC2 instance.
      if error.status == nil { return nil }
      throw error
    }
    let roles = "\(base)/latest/meta-data/iam/security-credentials/"
    let headers: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
    let role: String
    do { role = try text(HTTPRequest("GET", roles, headers: headers), deadline) } catch {
      // The instance has no role.
      if error.kind == .notFound { return nil }
      throw error
    }
    let response = try metadata.send(
      HTTPRequest("GET", roles + PercentEncoding.encode(role), headers: headers), operation: Self.operation,
      from: Self.source, deadline: deadline)
    return try CredentialsDocument.read(response.body, operation: Self.operation, from: Self.source)
  }

  private func text(_ request: HTTPRequest, _ deadline: Deadline) throws(AWSError) -> String {
    let response = try metadata.send(request, operation: Self.operation, from: Self.source, deadline: deadline)
    let line = String(decoding: response.body, as: UTF8.self).split(whereSeparator: \.isWhitespace).first
    guard let line else {
      throw AWSError(.corruptResponse, Self.operation, of: Self.source, "the response is empty")
    }
    return String(line)
  }
}
