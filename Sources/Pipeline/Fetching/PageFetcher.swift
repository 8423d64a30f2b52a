import FoundationEssentials
import Time

/// Where a crawl takes its pages from: the site itself, or an archive of pages that were read before.
public protocol PageFetcher {
  /// Reads pages, several at once.
  /// - Parameter urls: absolute addresses, none of them twice.
  /// - Returns: an outcome for each address, in their order. All are there soon after the deadline at the latest.
  func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>]
}

/// An HTML page as it came in.
public struct Page: Equatable, Sendable {
  public var body: Data
  /// The encoding that the transport names.
  public var charset: String?
  /// When the site last said that this is the page.
  public var validated: Date

  public init(_ body: Data, charset: String? = nil, validated: Date) {
    self.body = body
    self.charset = charset
    self.validated = validated
  }
}

/// A page that could not be read.
public struct FetchError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Reason: Equatable, Sendable {
    /// The site asks for fewer requests (429).
    case throttled
    /// The site cannot be reached, or is in trouble.
    case unavailable
    /// The site says that there is no such page (404, 410).
    case missing
    /// What came is no HTML page, or too large for one.
    case unusable
    /// No time was left for it.
    case timedOut
    /// The site's robots.txt asks not to read it.
    case disallowed
    /// It is not among the pages that are read again.
    case notArchived
  }

  public let reason: Reason
  /// Safe to log.
  public let detail: String

  public init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  public var description: String { detail }
}
