import Time

/// A source of credentials.
public protocol CredentialsProvider {
  /// Returns the credentials of this source.
  /// - Returns: nil if the source is not configured, so that the next one is tried.
  /// - Throws: `AWSError` if the source is configured but gives no credentials.
  func credentials(deadline: Deadline) throws(AWSError) -> Credentials?
}
