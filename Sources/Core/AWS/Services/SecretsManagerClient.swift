import Time

/// AWS Secrets Manager.
public final class SecretsManagerClient {
  private let session: AWSSession

  public init(_ session: AWSSession) { self.session = session }

  /// A secret's current value, as text. The region is the ARN's, or the session's when a plain name is given.
  public func value(of secret: String, deadline: Deadline) throws(AWSError) -> String {
    struct Input: Encodable {
      let SecretId: String
    }
    struct Output: Decodable {
      let SecretString: String?
    }
    let fields = secret.split(separator: ":", omittingEmptySubsequences: false)
    let client = try AWSClient(
      .secretsManager, session: session, region: fields.count > 5 && fields[0] == "arn" ? String(fields[3]) : nil)
    let output: Output = try client.call(
      "GetSecretValue", target: "secretsmanager", version: "1.1", Input(SecretId: secret), of: secret,
      deadline: deadline)
    guard let text = output.SecretString else {
      throw AWSError(.rejected, "Secrets Manager GetSecretValue", of: secret, "the secret is binary, not text")
    }
    return text
  }
}
