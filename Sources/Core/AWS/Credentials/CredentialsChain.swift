import FoundationEssentials
import Time

/// Asks one place after another, and keeps what it got until shortly before it expires.
public final class CredentialsChain {
  /// Credentials that end sooner than this are replaced: AWS offers new ones 5 minutes ahead at the latest.
  private static let margin: Double = 300
  /// After a refresh that failed while the old ones still hold.
  private static let pause: Double = 30

  private let providers: [any CredentialsProvider]
  private let time: any TimeSource
  private var held: Credentials?
  private var refreshAt = Date.distantFuture

  public init(_ providers: [any CredentialsProvider], time: any TimeSource) {
    self.providers = providers
    self.time = time
  }

  /// - Throws: `credentialsMissing` when no place is configured; what the first configured place says when it fails.
  public func credentials(deadline: Deadline) throws(AWSError) -> Credentials {
    let now = time.now
    if let held, now < refreshAt { return held }
    do {
      let fresh = try ask(deadline)
      held = fresh
      // Ones that are all but over are used, and asked for again soon: the service decides whether they still hold.
      refreshAt = fresh.expiration.map { max($0 - Self.margin, now + Self.pause) } ?? .distantFuture
      return fresh
    } catch {
      guard let held, let expiration = held.expiration, now < expiration else { throw error }
      refreshAt = min(now + Self.pause, expiration)
      return held
    }
  }

  /// The service says that these have expired: the next call asks again.
  func discard() {
    held = nil
  }

  private func ask(_ deadline: Deadline) throws(AWSError) -> Credentials {
    for provider in providers {
      if let found = try provider.credentials(deadline: deadline) { return found }
    }
    throw AWSError(
      .credentialsMissing, "reading credentials",
      "none found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where AWS gives them")
  }
}
