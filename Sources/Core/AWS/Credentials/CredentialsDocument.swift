import FoundationEssentials

/// The document in which the container endpoint and the instance metadata service hand out temporary credentials.
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

  /// - Throws: what is wrong with the document; it may hold half a secret, so the message quotes nothing of it.
  static func read(_ body: Data, operation: String, from source: String) throws(AWSError) -> Credentials {
    guard let document = try? JSONDecoder().decode(CredentialsDocument.self, from: body) else {
      throw AWSError(.corruptAnswer, operation, of: source, "the answer is not a document of credentials")
    }
    var expiration: Date?
    if let text = document.expiration {
      guard let date = AWSDate.parse(text) else {
        throw AWSError(.corruptAnswer, operation, of: source, "the answer's Expiration is not a time")
      }
      expiration = date
    }
    return Credentials(
      accessKeyID: document.accessKeyID, secretAccessKey: document.secretAccessKey, sessionToken: document.token,
      expiration: expiration)
  }
}
