/// The reason why a page could not be read.
public struct FetchError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// The source asks for fewer requests (429).
    case throttled
    /// The source cannot be reached, or responds with an error.
    case unavailable
    /// The source does not accept the credentials, or refuses access (401, 403).
    case refused
    /// The source has no such page (404, 410).
    case missing
    /// The response has a media type that the policy does not accept, or cannot be archived.
    case unusable
    /// The response exceeds the body limit.
    case tooLarge
    /// The deadline left no time for the request.
    case timedOut
    /// The site's robots.txt disallows the page.
    case disallowed
    /// The archive that is replayed does not hold the page.
    case notArchived
  }

  public let reason: Reason
  /// The details, for a person. Safe to log.
  public let detail: String

  public init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  public var description: String { detail }
}
