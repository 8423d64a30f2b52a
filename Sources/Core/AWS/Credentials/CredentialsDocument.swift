import FoundationEssentials

/// The document of temporary credentials from the container endpoint or the instance metadata service.
struct CredentialsDocument: Decodable {
  private let accessKeyID: String
  private let secretAccessKey: String
  private let token: String?
  private let expiration: String?

  enum CodingKeys: String, CodingKey {
    case accessKeyID = "AccessKeyId"
    case secretAccessKey = "SecretAccessKey"  // pragma: allowlist secret: the name of a field
    case token = "Token"
    case expiration = "Expiration"
  }

  /// Reads the document.
  /// - Throws: `corruptResponse`, whose message quotes nothing of the document, because it may contain a part of a secret.
  static func read(_ body: Data, operation: String, from source: String) throws(AWSError) -> Credentials {
    guard let document = try? JSONDecoder().decode(CredentialsDocument.self, from: body) else {
      throw AWSError(.corruptResponse, operation, of: source, "the response is not a credentials document")
    }
    var expiration: Date?
    if let text = document.expiration {
      guard let date = AWSDate.parse(text) else {
        throw AWSError(.corruptResponse, operation, of: source, "the Expiration in the response is not a time")
      }
      expiration = date
    }
    return Credentials(
      accessKeyID: document.accessKeyID, secretAccessKey: document.secretAccessKey, sessionToken: document.token,
      expiration: expiration)
  }
}
