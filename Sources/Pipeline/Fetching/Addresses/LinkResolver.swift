import Text

/// Resolves the links of one page as a browser does, to the one spelling under which the site's pages are known and
/// requested.
///
/// All of `/events/1`, `/events/1/`, `/events/1?utm_source=x`, `/x/../events/1`, `/events/%31` and `HTTP://HOST:80/events/1`
/// lead to `/events/1`. Sources: https://url.spec.whatwg.org/#url-parsing, RFC 3986, 5.2 and 6.2.
public struct LinkResolver: Sendable {
  private let site: Site
  /// The address that relative links begin from; nil if the page's `<base>` leads off the site.
  private let base: PageAddress?

  /// - Parameters:
  ///   - page: the page's own address, root-relative.
  ///   - baseHref: the link in the page's first `<base href>`; nil if the page has none.
  public init(_ site: Site, page: String, baseHref: String? = nil) {
    self.site = site
    let page = PageAddress(site: site, pathAndQuery: page)
    switch baseHref.map({ LinkReference($0, relativeTo: page.scheme) }) {
    case nil, .foreign?: base = page
    case let reference?: base = page.following(reference).flatMap { $0.authority == page.authority ? $0 : nil }
    }
  }

  /// Returns the root-relative path to which a link leads, with its query, without its fragment and without parameters that
  /// only track the reader (`PageAddress.trackingParameters`). Percent-encoding is normalised, and no path but the root ends
  /// with a slash.
  /// - Returns: nil if the link leads off the site, to something else than a page, or with user info.
  public func path(of link: String) -> String? {
    if Self.isNormal(link) { return base == nil ? nil : link }
    let target: PageAddress?
    switch LinkReference(link, relativeTo: site.scheme) {
    case .foreign: return nil
    case let reference where reference.isAbsolute:
      target = PageAddress(site: site, pathAndQuery: "/").following(reference)
    case let reference: target = base?.following(reference)
    }
    guard let target, target.authority == site.normalAuthority(target.scheme) else { return nil }
    // `//x` at the beginning of a path would be taken for a host.
    return target.path.utf8.starts(with: "//".utf8) ? nil : target.pathAndQuery
  }

  /// Returns an absolute address in its normal spelling; unchanged if it is none of a web page.
  static func normal(url: String) -> String {
    let end = url.utf8.indices.filter { url.utf8[$0] == UInt8(ascii: "/") }.dropFirst(2).first ?? url.endIndex
    guard let site = Site(String(url[..<end])), let path = LinkResolver(site, page: "/").path(of: url) else {
      return url
    }
    return site.url(of: path)
  }

  /// True for a path that needs no change, as nearly all links of a page are.
  private static func isNormal(_ link: String) -> Bool {
    let slash = UInt8(ascii: "/")
    var previous: UInt8 = 0
    for byte in link.utf8 {
      if previous == 0, byte != slash { return false }
      // A dot or a slash after a slash may be a segment to remove.
      if previous == slash, byte == slash || byte == UInt8(ascii: ".") { return false }
      guard byte == slash || byte.isURLUnreserved else { return false }
      previous = byte
    }
    return previous != 0 && previous != slash
  }
}
