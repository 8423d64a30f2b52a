/// The content of the page store at the place of one page.
public enum PageSlot: Equatable, Sendable {
  case empty
  case page(StoredPage)
  /// No page yet, but a lease on it, which may have expired.
  case leased(PageLease, etag: String)
}
