import Time

/// A client of AWS Secrets Manager.
public final class SecretsManagerClient {
  private let session: AWSSession

  public init(_ session: AWSSession) { self.session = session }

  /// Returns the current value of a secret, as text. The region is that of the ARN, or the session's for a plain name.
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
