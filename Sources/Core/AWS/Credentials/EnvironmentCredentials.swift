import Time

/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, which Lambda sets for a
/// function's role.
public struct EnvironmentCredentials: CredentialsProvider {
  private let environment: [String: String]

  public init(_ environment: [String: String]) { self.environment = environment }

  public func credentials(deadline: Deadline) throws(AWSError) -> Credentials? {
    switch (environment.nonEmpty("AWS_ACCESS_KEY_ID"), environment.nonEmpty("AWS_SECRET_ACCESS_KEY")) {
    case (nil, nil): return nil
    case (let id?, let secret?):
      return Credentials(
        accessKeyID: id, secretAccessKey: secret, sessionToken: environment.nonEmpty("AWS_SESSION_TOKEN"))
    case (nil, _): throw Self.incomplete("AWS_SECRET_ACCESS_KEY", without: "AWS_ACCESS_KEY_ID")
    case (_, nil): throw Self.incomplete("AWS_ACCESS_KEY_ID", without: "AWS_SECRET_ACCESS_KEY")
    }
  }

  private static func incomplete(_ name: String, without missing: String) -> AWSError {
    AWSError(
      .invalidConfiguration, "reading credentials", of: "the environment",
      "\(name) is set but \(missing) is not: set both")
  }
}
