/// The redirects of one request so far.
///
/// A site may set a cookie, and redirect to the same address, to see that it comes back. Then the request is sent once more.
struct RedirectTrail {
  /// True if the next request is sent again because of a cookie, although the archive holds its first response.
  private(set) var isRepeated = false
  private var visited: Set<String> = []
  /// True if one of the redirects has set a cookie.
  private var hasNewCookie = false
  private var wasRepeated = false

  /// Follows a redirect.
  /// - Throws: `unavailable` if the redirects run in a circle.
  mutating func follow(from address: String, to target: String, by response: PageResponse) throws(FetchError) {
    visited.insert(address)
    hasNewCookie = hasNewCookie || response.setsCookie
    wasRepeated = wasRepeated || isRepeated
    isRepeated = visited.contains(target)
    guard isRepeated else { return }
    guard hasNewCookie, !wasRepeated else { throw FetchError(.unavailable, "its redirects lead back to it") }
    (visited, hasNewCookie) = ([], false)
  }
}
