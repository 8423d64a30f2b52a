import FoundationEssentials

extension PageResponse {
  /// RFC 9309, 2.3.1.2, asks for at least five.
  static let maximumRedirects = 5

  /// The absolute address to which the response redirects, without its fragment (RFC 9110, 15.4 and 10.2.2), and with scheme,
  /// host and port in their normal spelling. The path stays: a site may redirect to the same one with a slash. Nil for any
  /// other response, and for a redirect to something other than http or https, from https to http, or to an address with
  /// user information, which would be sent to the host as credentials.
  package var redirect: String? {
    guard [301, 302, 303, 307, 308].contains(status), let location = headers["Location"],
      let target = URL(string: location, relativeTo: URL(string: url))?.absoluteString.prefix(while: { $0 != "#" }),
      let parts = Site.split(target), parts.scheme == "https" || url.hasPrefix("http://"),
      let authority = Site.normal(authority: parts.authority, scheme: parts.scheme)
    else { return nil }
    return "\(parts.scheme)://\(authority)\(parts.path)"
  }
}
