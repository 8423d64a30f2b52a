/// Resolves the relative links of a feed (RFC 3986, 5.2). Goes by bytes: each link has its base read again.
enum FeedAddress {
  private struct Parts {
    var scheme: Substring?
    var authority: Substring?
    var path: Substring
    var query: Substring?
    var fragment: Substring?

    init(_ text: String) {
      var rest = Substring(text)
      scheme = FeedAddress.scheme(of: text)
      if let scheme { rest = Substring(rest.utf8.dropFirst(scheme.utf8.count + 1)) }
      if let hash = rest.utf8.firstIndex(of: UInt8(ascii: "#")) {
        fragment = Substring(rest.utf8[hash...].dropFirst())
        rest = rest[..<hash]
      }
      if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
        query = Substring(rest.utf8[mark...].dropFirst())
        rest = rest[..<mark]
      }
      if rest.hasPrefix("//") {
        let end = rest.utf8.dropFirst(2).firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        authority = Substring(rest.utf8[..<end].dropFirst(2))
        rest = rest[end...]
      }
      path = rest
    }

    var text: String {
      (scheme.map { "\($0):" } ?? "") + (authority.map { "//\($0)" } ?? "") + path + (query.map { "?\($0)" } ?? "")
        + (fragment.map { "#\($0)" } ?? "")
    }
  }

  /// True for an address with http or https.
  static func isWeb(_ address: String) -> Bool {
    ["http", "https"].contains(scheme(of: address)?.lowercased()) && address.contains("://")
  }

  /// Returns the address of a link, without white space around it and line breaks in it.
  /// - Parameter base: what a relative link is relative to; nil if nothing is known.
  static func resolve(_ link: String, against base: String?) -> String {
    let link = FeedText.trimmed(link).filter { !$0.isNewline && $0 != "\t" }
    guard scheme(of: link) == nil, let base else { return link }
    var result = Parts(base)
    // Nothing is relative to urn:1.
    if result.scheme != nil, result.authority == nil, !result.path.hasPrefix("/") { return link }
    let reference = Parts(link)
    result.fragment = reference.fragment
    if let authority = reference.authority {
      (result.authority, result.path, result.query) = (authority, clean(reference.path), reference.query)
    } else if reference.path.isEmpty {
      result.query = reference.query ?? result.query
    } else {
      result.query = reference.query
      if reference.path.hasPrefix("/") {
        result.path = clean(reference.path)
      } else if result.path.isEmpty {
        result.path = clean((result.authority == nil ? "" : "/") + reference.path)
      } else {
        let folder = result.path.utf8.lastIndex(of: UInt8(ascii: "/")).map { result.path[...$0] } ?? ""
        result.path = clean(folder + reference.path)
      }
    }
    return result.text
  }

  private static func scheme(of link: String) -> Substring? {
    guard let colon = link.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = link[..<colon]
    let isScheme =
      name.first?.isLetter == true
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    return isScheme ? name : nil
  }

  /// Removes the segments `.` and `..`.
  private static func clean(_ path: some StringProtocol) -> Substring {
    let slash = UInt8(ascii: "/")
    let bytes = Array(path.utf8)
    let hasPoints = bytes.indices.contains { bytes[$0] == UInt8(ascii: ".") && ($0 == 0 || bytes[$0 - 1] == slash) }
    guard hasPoints else { return Substring(path) }
    var segments: [ArraySlice<UInt8>] = []
    let parts = bytes.split(separator: slash, omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      switch part {
      case [UInt8(ascii: ".")]: if isLast { segments.append([]) }
      case [UInt8(ascii: "."), UInt8(ascii: ".")]:
        if segments.count > 1 || segments.first.map({ !$0.isEmpty }) == true { segments.removeLast() }
        if isLast { segments.append([]) }
      default: segments.append(part)
      }
    }
    return Substring(decoding: Array(segments.joined(separator: [slash])), as: UTF8.self)
  }
}
