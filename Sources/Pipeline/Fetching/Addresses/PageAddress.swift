import Text

/// The address of a page in its normal spelling.
struct PageAddress: Equatable {
  /// `http` or `https`.
  let scheme: String
  /// Host and port as `Site.normal` writes them.
  let authority: String
  /// The path with slashes at the ends of folders, so that links relative to it resolve.
  private let rawPath: String
  /// Without tracking parameters; nil if there is none.
  private let query: String?

  /// The path in its normal spelling: `/` or without a slash at its end.
  var path: String {
    var path = rawPath[...]
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    return String(path)
  }

  var pathAndQuery: String { query.map { "\(path)?\($0)" } ?? path }

  /// - Parameter pathAndQuery: an address from the root of the site, as it is written.
  init(site: Site, pathAndQuery: String) {
    self.init(scheme: site.scheme, authority: site.normalAuthority(site.scheme), pathAndQuery)
  }

  private init(scheme: String, authority: String, _ pathAndQuery: String) {
    let parts = pathAndQuery.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      scheme: scheme, authority: authority, path: String(Substring(parts[0])),
      query: parts.count > 1 ? String(Substring(parts[1])) : nil)
  }

  private init(scheme: String, authority: String, path: String, query: String?) {
    self.scheme = scheme
    self.authority = authority
    rawPath = Self.normal(path: path)
    self.query = query.flatMap { Self.normal(query: $0) }
  }

  /// Returns the address to which a link on this page leads; nil if it is not a page of the web.
  func following(_ reference: LinkReference) -> PageAddress? {
    switch reference {
    case .foreign: return nil
    case .absolute(let scheme, let authority, let rest):
      guard let authority = Site.normal(authority: authority, scheme: scheme) else { return nil }
      return PageAddress(scheme: scheme, authority: authority, rest)
    case .rooted(let path): return PageAddress(scheme: scheme, authority: authority, path)
    case .query(let query):
      return PageAddress(scheme: scheme, authority: authority, path: rawPath, query: query ?? self.query)
    case .relative(let link):
      let end = rawPath.utf8.lastIndex(of: UInt8(ascii: "/")).map { rawPath.utf8.index(after: $0) }
      return PageAddress(scheme: scheme, authority: authority, rawPath[..<(end ?? rawPath.startIndex)] + link)
    }
  }
}
