import FoundationEssentials
import HTTP
import Time

/// Credentials from the endpoint that ECS, EKS and Lambda's SnapStart provide in a container:
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
public struct ContainerCredentials: CredentialsProvider {
  private static let operation = "reading credentials"
  private let environment: [String: String]
  private let readFile: (String) -> String?
  private let metadata: MetadataClient

  init(_ environment: [String: String], readFile: @escaping (String) -> String?, metadata: MetadataClient) {
    self.environment = environment
    self.readFile = readFile
    self.metadata = metadata
  }

  public func credentials(deadline: Deadline) throws(AWSError) -> Credentials? {
    guard let url = try address() else { return nil }
    let source = "the container's endpoint"
    var request = HTTPRequest("GET", url, headers: ["Accept": "application/json"])
    request.headers["Authorization"] = try authorization()
    let response = try metadata.send(request, operation: Self.operation, from: source, deadline: deadline)
    return try CredentialsDocument.read(response.body, operation: Self.operation, from: source)
  }

  private func address() throws(AWSError) -> String? {
    if let path = environment.nonEmpty("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      guard path.hasPrefix("/") else {
        throw Self.problem("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with /")
      }
      return "http://169.254.170.2\(path)"
    }
    guard let url = environment.nonEmpty("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
    guard Self.isTrusted(url) else {
      throw Self.problem("AWS_CONTAINER_CREDENTIALS_FULL_URI is neither an https URL nor an address of this machine")
    }
    return url
  }

  /// Accepts https URLs, and http URLs of this machine and of the addresses of ECS and EKS.
  static func isTrusted(_ url: String) -> Bool {
    if url.hasPrefix("https://") { return true }
    guard url.hasPrefix("http://") else { return false }
    let authority = RequestAddress(url).host
    guard !authority.contains("@") else { return false }
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    let isLoopback = octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    return isLoopback
      || ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(host)
  }

  /// Returns the token of the request. Its file is read for each refresh, because EKS rotates the token.
  private func authorization() throws(AWSError) -> String? {
    var token = environment.nonEmpty("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    if let path = environment.nonEmpty("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      token = readFile(path)
      guard token != nil else {
        throw Self.problem("the file in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read")
      }
    }
    guard let token else { return nil }
    guard !token.contains(where: \.isNewline) else {
      throw Self.problem("the container's authorization token has more than one line")
    }
    return token
  }

  private static func problem(_ message: String) -> AWSError {
    AWSError(.invalidConfiguration, operation, of: "the environment", message)
  }
}
