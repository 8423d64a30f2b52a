import FoundationEssentials
import Time

/// A chain of credentials providers. The first that is configured gives the credentials, which the chain keeps until
/// shortly before they expire.
public final class CredentialsChain {
  /// Credentials are replaced this many seconds before they expire. AWS offers new ones at least 5 minutes ahead.
  private static let margin: Double = 300
  /// The seconds between two attempts to refresh credentials that are still valid.
  private static let pause: Double = 30

  private let providers: [any CredentialsProvider]
  private let time: any TimeSource
  private var held: Credentials?
  private var refreshAt = Date.distantFuture

  public init(_ providers: [any CredentialsProvider], time: any TimeSource) {
    self.providers = providers
    self.time = time
  }

  /// Returns valid credentials.
  /// - Throws: `credentialsMissing` if no provider is configured; the error of the first configured provider if it fails.
  public func credentials(deadline: Deadline) throws(AWSError) -> Credentials {
    let now = time.now
    if let held, now < refreshAt { return held }
    do {
      let fresh = try ask(deadline)
      held = fresh
      // Credentials close to their end are used, and refreshed soon: the service decides whether they are still valid.
      refreshAt = fresh.expiration.map { max($0 - Self.margin, now + Self.pause) } ?? .distantFuture
      return fresh
    } catch {
      guard let held, let expiration = held.expiration, now < expiration else { throw error }
      refreshAt = min(now + Self.pause, expiration)
      return held
    }
  }

  /// Drops the credentials after the service has called them expired. The next call gets new ones.
  func discard() {
    held = nil
  }

  private func ask(_ deadline: Deadline) throws(AWSError) -> Credentials {
    for provider in providers {
      if let found = try provider.credentials(deadline: deadline) { return found }
    }
    throw AWSError(
      .credentialsMissing, "reading credentials",
      "none found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where AWS provides credentials")
  }
}
