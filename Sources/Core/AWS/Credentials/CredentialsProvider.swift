import Time

/// A place that credentials come from.
public protocol CredentialsProvider {
  /// - Returns: nil when this place is not configured here, so that the next one may be asked.
  /// - Throws: `AWSError` when it is configured and yet gives none.
  func credentials(deadline: Deadline) throws(AWSError) -> Credentials?
}

/// Credentials given by hand, as tests do.
public struct FixedCredentials: CredentialsProvider {
  private let value: Credentials

  public init(_ value: Credentials) { self.value = value }

  public func credentials(deadline: Deadline) -> Credentials? { value }
}

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`: how Lambda hands a function its role.
public struct EnvironmentCredentials: CredentialsProvider {
  private let environment: [String: String]

  public init(_ environment: [String: String]) { self.environment = environment }

  public func credentials(deadline: Deadline) throws(AWSError) -> Credentials? {
    switch (environment.nonEmpty("AWS_ACCESS_KEY_ID"), environment.nonEmpty("AWS_SECRET_ACCESS_KEY")) {
    case (nil, nil): return nil
    case (let id?, let secret?):
      return Credentials(
        accessKeyID: id, secretAccessKey: secret, sessionToken: environment.nonEmpty("AWS_SESSION_TOKEN"))
    case (nil, _): throw Self.incomplete("AWS_ACCESS_KEY_ID")
    case (_, nil): throw Self.incomplete("AWS_SECRET_ACCESS_KEY")
    }
  }

  private static func incomplete(_ name: String) -> AWSError {
    AWSError(
      .invalidConfiguration, "reading credentials", of: "the environment", "\(name) is not set, the other half is")
  }
}

extension [String: String] {
  /// The variable's text; nil when it is missing or empty.
  func nonEmpty(_ name: String) -> String? {
    self[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
