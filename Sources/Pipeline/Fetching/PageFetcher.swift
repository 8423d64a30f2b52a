import Time

/// Reads pages: from the source itself, or from an archive of pages that an earlier run read.
public protocol PageFetcher: AnyObject {
  /// Reads pages, several at once.
  /// - Returns: an outcome for each request, in order. All are there soon after the deadline at the latest.
  func fetch(_ requests: [FetchRequest], deadline: Deadline) -> [Result<Page, FetchError>]

  /// Returns the site of which an archive holds a page, since the source may have moved after the archive was written;
  /// nil if the policy's site is right.
  /// - Parameter path: a root-relative path that every archive of the item holds.
  func archivedSite(holding path: String) -> Site?
}

extension PageFetcher {
  public func archivedSite(holding path: String) -> Site? { nil }

  /// Reads pages by their addresses.
  public func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    fetch(urls.map { FetchRequest($0) }, deadline: deadline)
  }
}
