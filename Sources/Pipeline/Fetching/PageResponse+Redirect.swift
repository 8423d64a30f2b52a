import FoundationEssentials

extension PageResponse {
  /// RFC 9309, 2.3.1.2, asks for at least five.
  static let maximumRedirects = 5

  /// The absolute address to which the response redirects, without its fragment (RFC 9110, 15.4 and 10.2.2). Nil for any
  /// other response, and for a redirect to something other than http or https, from https to http, or to an address with
  /// user information, which would be sent to the host as credentials.
  package var redirect: String? {
    guard [301, 302, 303, 307, 308].contains(status), let location = headers["Location"],
      let target = URL(string: location, relativeTo: URL(string: url))?.absoluteString.prefix(while: { $0 != "#" }),
      target.hasPrefix("https://") || target.hasPrefix("http://") && url.hasPrefix("http://"),
      let authority = target.split(separator: "/", maxSplits: 2).dropFirst().first?.prefix(while: {
        $0 != "/" && $0 != "?"
      }),
      !authority.contains("@")
    else { return nil }
    return String(target)
  }
}
