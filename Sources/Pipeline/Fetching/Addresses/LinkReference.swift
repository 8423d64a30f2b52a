import Text

/// The parts of a link as they are written, split as a browser splits them.
enum LinkReference: Equatable {
  /// A link with a host: `http://HOST/…`, `//HOST/…`. The rest begins after the authority.
  case absolute(scheme: String, authority: String, rest: String)
  /// A link from the root of the site: `/…`.
  case rooted(String)
  /// A query for the same page: `?…`; nil for the page itself.
  case query(String?)
  /// A link beside the page: `1`, `../events/1`.
  case relative(String)
  /// A link to something else than a web page: `mailto:…`.
  case foreign

  var isAbsolute: Bool { if case .absolute = self { true } else { false } }

  /// - Parameter scheme: the scheme of the page with the link. `http:x` is relative on a page of `http`.
  init(_ link: String, relativeTo scheme: String) {
    // White space around a link, tabs and newlines within it, and the fragment are dropped; `\` is a slash.
    var bytes = Array(link.utf8.trimming { $0 <= 0x20 }).filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    if let end = bytes.firstIndex(of: UInt8(ascii: "#")) { bytes.removeSubrange(end...) }
    let queryStart = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    for index in bytes[..<queryStart].indices where bytes[index] == UInt8(ascii: "\\") { bytes[index] = Self.slash }

    var rest = bytes[...]
    var linkScheme = scheme
    var hasScheme = false
    if let found = Self.scheme(of: bytes) {
      linkScheme = found
      guard linkScheme == "http" || linkScheme == "https" else {
        self = .foreign
        return
      }
      hasScheme = true
      rest = bytes[(linkScheme.utf8.count + 1)...]
    }
    let slashes = rest.prefix { $0 == Self.slash }.count
    if slashes >= 2 || hasScheme && linkScheme != scheme {
      // Any number of slashes begins a host.
      rest = rest.dropFirst(slashes)
      let authority = rest.prefix { $0 != Self.slash && $0 != UInt8(ascii: "?") }
      self = .absolute(
        scheme: linkScheme, authority: Self.text(authority), rest: Self.text(rest[authority.endIndex...]))
    } else if slashes == 1 {
      self = .rooted(Self.text(rest))
    } else if let first = rest.first {
      self = first == UInt8(ascii: "?") ? .query(Self.text(rest.dropFirst())) : .relative(Self.text(rest))
    } else {
      self = .query(nil)
    }
  }

  private static let slash = UInt8(ascii: "/")

  /// Returns the scheme in lower case; nil for a link without one (RFC 3986, 3.1).
  private static func scheme(of bytes: [UInt8]) -> String? {
    guard let end = bytes.firstIndex(of: UInt8(ascii: ":")), let first = bytes.first, first.isASCIILetter,
      bytes[..<end].allSatisfy({ $0.isASCIIAlphanumeric || "+-.".utf8.contains($0) })
    else { return nil }
    return String(decoding: bytes[..<end].map(\.asciiLowercased), as: UTF8.self)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
