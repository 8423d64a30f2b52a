import Time

/// Credentials in a profile of the shared files. A profile that needs a sign-in, another role or a program is refused with
/// an instruction.
public struct ProfileCredentials: CredentialsProvider {
  private let files: ProfileFiles

  public init(_ files: ProfileFiles) { self.files = files }

  public func credentials(deadline: Deadline) throws(AWSError) -> Credentials? {
    guard let settings = files.settings else {
      guard !files.isNamed else { throw problem("AWS_PROFILE names it, but neither of the shared files contains it") }
      return nil
    }
    let keys = files.keys
    if let id = keys.nonEmpty("aws_access_key_id") {
      guard let secret = keys.nonEmpty("aws_secret_access_key") else {
        throw problem("it has an aws_access_key_id and, in the same file, no aws_secret_access_key")
      }
      // botocore still reads the token's former name.
      return Credentials(
        accessKeyID: id, secretAccessKey: secret,
        sessionToken: keys.nonEmpty("aws_security_token") ?? keys.nonEmpty("aws_session_token"))
    }
    let other = ["sso_session", "sso_start_url", "role_arn", "credential_process", "web_identity_token_file"]
    if let kind = other.first(where: { settings[$0] != nil }) {
      throw problem(
        "it uses \(kind), which is not supported; run: "
          + "eval \"$(aws configure export-credentials --profile \(files.name) --format env)\"")
    }
    guard !files.isNamed else { throw problem("it has no aws_access_key_id and no aws_secret_access_key") }
    return nil
  }

  private func problem(_ message: String) -> AWSError {
    AWSError(.invalidConfiguration, "reading credentials", of: "the profile \(files.name)", message)
  }
}
