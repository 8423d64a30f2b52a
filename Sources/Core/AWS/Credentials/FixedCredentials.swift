import Time

/// Credentials that the caller passes, as tests do.
public struct FixedCredentials: CredentialsProvider {
  private let value: Credentials

  public init(_ value: Credentials) { self.value = value }

  public func credentials(deadline: Deadline) -> Credentials? { value }
}
