import HTTP
import Time

/// A site as it answers to requests.
public protocol PageSource: AnyObject {
  /// Asks for pages, several at once.
  /// - Returns: what became of each request, in their order. All are there soon after the deadline at the latest.
  func ask(_ requests: [PageRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>]

  /// The least time between two requests from now on.
  var spacing: Duration { get set }

  /// Told when the site is left alone because it fails, and when it is well again.
  var onHostChange: (HostChange) -> Void { get set }
}

/// A page to ask for.
public struct PageRequest: Equatable, Sendable {
  /// Absolute.
  public let url: String
  /// The ETag of the page that is known, which need not be sent again: the answer is 304 then.
  public let etag: String?
  /// Its Last-Modified.
  public let lastModified: String?

  public init(_ url: String, etag: String? = nil, lastModified: String? = nil) {
    self.url = url
    self.etag = etag
    self.lastModified = lastModified
  }

  /// Whether the answer may be that nothing has changed.
  var isConditional: Bool { etag != nil || lastModified != nil }
}
