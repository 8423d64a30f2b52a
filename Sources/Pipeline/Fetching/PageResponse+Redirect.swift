import FoundationEssentials

extension PageResponse {
  /// RFC 9309, 2.3.1.2, has five followed at least.
  static let maximumRedirects = 5

  /// The absolute address at which the page is to be read instead, without its fragment (RFC 9110, 15.4 and 10.2.2); nil
  /// when the answer is no redirect, or one to something that is not on the web, or from https to http.
  package var redirect: String? {
    guard [301, 302, 303, 307, 308].contains(status), let location = headers["Location"],
      let target = URL(string: location, relativeTo: URL(string: url))?.absoluteString.prefix(while: { $0 != "#" }),
      target.hasPrefix("https://") || target.hasPrefix("http://") && url.hasPrefix("http://")
    else { return nil }
    return String(target)
  }
}
