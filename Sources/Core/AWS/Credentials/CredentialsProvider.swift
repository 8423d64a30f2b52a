import Time

/// A place that credentials come from.
public protocol CredentialsProvider {
  /// - Returns: nil when this place is not configured here, so that the next one may be asked.
  /// - Throws: `AWSError` when it is configured and yet gives none.
  func credentials(deadline: Deadline) throws(AWSError) -> Credentials?
}
