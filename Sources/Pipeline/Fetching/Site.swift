import Text

/// A web site, or a place of files, identified by its origin. Its pages are identified by their root-relative paths, such as `/events/1056901`.
public struct Site: Equatable, Sendable {
  /// Scheme, host and port, with no slash at the end: `https://www.example.org`.
  public let origin: String
  /// `http` or `https`; `file` or `s3` for files.
  let scheme: String
  private let authority: String

  /// Returns nil for anything but an http or https address of a host, without path, user or query.
  public init?(_ address: String) {
    let address = address.hasSuffix("/") ? String(address.dropLast()) : address
    guard let parts = Self.split(address), parts.path.isEmpty, !parts.authority.isEmpty,
      parts.authority.utf8.allSatisfy({ $0.isURLUnreserved || ":[]".utf8.contains($0) }),
      Self.normal(authority: parts.authority, scheme: parts.scheme) != nil
    else { return nil }
    origin = "\(parts.scheme)://\(parts.authority)"
    scheme = parts.scheme
    authority = parts.authority
  }

  /// The files below a folder, with the origin `file://NAME`; the files of the machine if there is no name.
  /// - Parameter name: identifies the folder in archives, wherever it is. Letters, digits, `.`, `_` and `-`.
  public init(folder name: String?) {
    scheme = "file"
    authority = name ?? ""
    origin = "file://\(authority)"
  }

  /// The objects of a bucket in S3, with the origin `s3://BUCKET`.
  public init(bucket: String) {
    scheme = "s3"
    authority = bucket
    origin = "s3://\(bucket)"
  }

  /// The objects of every bucket in S3. Their paths begin with the bucket: `/BUCKET/KEY`.
  public static let anyBucket = Site(scheme: "s3", authority: "", origin: "s3:/")

  private init(scheme: String, authority: String, origin: String) {
    (self.scheme, self.authority, self.origin) = (scheme, authority, origin)
  }

  /// False for files, whose addresses have one spelling only.
  var isWeb: Bool { scheme == "http" || scheme == "https" }

  /// The host, and the port unless it is that of the scheme. A link may name the site's host with the other scheme: both
  /// lead to the same site.
  func normalAuthority(_ linkScheme: String) -> String {
    let own = Self.normal(authority: authority, scheme: scheme) ?? authority
    return Self.normal(authority: own, scheme: linkScheme) ?? own
  }

  /// Returns host and port in lower case, without the scheme's own port; nil if there is user info, or no host.
  static func normal(authority: String, scheme: String) -> String? {
    let authority = authority.lowercased()
    guard !authority.isEmpty, !authority.utf8.contains(UInt8(ascii: "@")) else { return nil }
    guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return authority }
    let host = authority[..<colon]
    let digits = authority[authority.index(after: colon)...]
    // Only an IPv6 address, which stands in brackets, has colons.
    if host.isEmpty || host.contains(":") && host.last != "]" { return nil }
    if digits.isEmpty { return String(host) }
    guard let port = Int(digits: digits) else { return nil }
    return port == (scheme == "http" ? 80 : 443) ? String(host) : "\(host):\(port)"
  }

  /// Returns the absolute address of one of the site's pages, percent-encoded where it must be.
  public func url(of path: String) -> String {
    origin + PercentEncoding.encode(path, keeping: "/?%:@!$&'()*+,;=[]")
  }

  /// Returns the root-relative path to which an address leads, as written but without its fragment; nil if it leads off the
  /// site, is relative to a page, or is not an address. `LinkResolver` reads the links of a page.
  public func path(of link: String) -> String? {
    guard isWeb else { return link.hasPrefix("\(origin)/") ? String(link.dropFirst(origin.count)) : nil }
    let link = Self.trimmed(link)
    var path = link
    // Bytes are compared, because a slash with a combining mark is one Character, and not equal to a slash.
    let isRelativeToScheme = link.utf8.starts(with: "//".utf8)
    if isRelativeToScheme || !link.utf8.starts(with: "/".utf8) {
      guard let parts = Self.split(isRelativeToScheme ? "\(scheme):\(link)" : String(link)),
        Self.normal(authority: parts.authority, scheme: parts.scheme) == normalAuthority(parts.scheme)
      else { return nil }
      // RFC 3986, 6.2.3: an empty path is the root.
      path = parts.path.utf8.starts(with: "/".utf8) ? parts.path : "/" + parts.path
    }
    // A path with `..` or `.`, or with a backslash, which some software takes for a slash, leads elsewhere than it seems.
    let names = path.utf8.prefix { $0 != UInt8(ascii: "?") }.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    guard path.utf8.starts(with: "/".utf8), !path.utf8.starts(with: "//".utf8), !names.contains(".."),
      !names.contains("."),
      path.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\\") && $0 != 0x7F })
    else { return nil }
    return String(path)
  }

  /// True if an absolute address has the site's scheme, host and port.
  func isOrigin(of url: String) -> Bool {
    guard let parts = Self.split(url), parts.scheme == scheme else { return false }
    return Self.normal(authority: parts.authority, scheme: scheme) == normalAuthority(scheme)
  }

  /// Removes the fragment, and white space at both ends.
  private static func trimmed(_ link: String) -> Substring {
    Substring(link.utf8.prefix { $0 != UInt8(ascii: "#") }.trimming { $0 <= 0x20 })
  }

  /// Splits an absolute address of http or https. Scheme and authority are in lower case.
  static func split(_ address: some StringProtocol) -> (scheme: String, authority: String, path: Substring)? {
    let parts = address.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasPrefix("//") else { return nil }
    let scheme = parts[0].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = Substring(parts[1].dropFirst(2))
    let authority = rest.prefix { !"/?".contains($0) }
    return (scheme, authority.lowercased(), rest[authority.endIndex...])
  }
}
