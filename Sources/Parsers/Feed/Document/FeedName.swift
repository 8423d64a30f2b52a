import XML

/// The name of an element, by what its namespace means: feeds write the same namespaces in many ways.
struct FeedName: Hashable {
  enum Vocabulary: String {
    /// RSS of any version, and elements without a namespace.
    case rss
    case atom
    case dublinCore = "dc"
    case dublinCoreTerms = "dcterms"
    case content
    case media
    case itunes
    case rdf
    case xhtml
    case other
  }

  let vocabulary: Vocabulary
  /// In lower case, except in `other`: feeds write pubDate and pubdate.
  let local: String
  /// For `other`, the prefix of the document.
  var prefix: String?

  init(_ vocabulary: Vocabulary, _ local: String) {
    self.vocabulary = vocabulary
    self.local = local
  }

  init(_ name: XMLName) {
    vocabulary = Self.vocabulary(of: name)
    local = vocabulary == .other ? name.local : name.local.lowercased()
    prefix = vocabulary == .other ? name.prefix : nil
  }

  /// The name with a prefix, as feeds usually write it.
  var qualified: String {
    switch vocabulary {
    case .rss, .xhtml: local
    case .other: prefix.map { "\($0):\(local)" } ?? local
    default: "\(vocabulary.rawValue):\(local)"
    }
  }

  /// Bytes of an address that may be known. A longer one is not read again for each of its names.
  private static let maximumAddress = 128

  /// A namespace that is not known, or a prefix that is not declared, counts by its usual prefix.
  private static func vocabulary(of name: XMLName) -> Vocabulary {
    if let address = name.namespace, address.utf8.count <= maximumAddress, let known = known(stem(of: address)) {
      return known
    }
    switch name.prefix?.lowercased() {
    case nil: return .rss
    case "atom"?, "a10"?: return .atom
    case let prefix?:
      let usual = Vocabulary(rawValue: prefix)
      return usual == nil || usual == .rss ? .other : usual ?? .other
    }
  }

  /// The address without the scheme, and without `/` or `#` at the end, in lower case.
  private static func stem(of address: String) -> Substring {
    var stem = Substring(address.lowercased())
    for scheme in ["http://", "https://", "www."] where stem.hasPrefix(scheme) { stem.removeFirst(scheme.count) }
    while stem.last == "/" || stem.last == "#" { stem.removeLast() }
    return stem
  }

  private static func known(_ stem: Substring) -> Vocabulary? {
    switch stem {
    case "w3.org/2005/atom", "purl.org/atom/ns", "purl.org/atom", "example.com/newformat", "example.com/necho",
      "purl.org/echo", "purl.org/pie", "uri/of/echo/namespace", "intertwingly.net/blog/atom":
      .atom
    case "purl.org/rss/1.0", "purl.org/net/rss1.1", "my.netscape.com/rdf/simple/0.9",
      "channel.netscape.com/rdf/simple/0.9", "backend.userland.com/rss2", "backend.userland.com/rss",
      "blogs.law.harvard.edu/tech/rss", "my.netscape.com/publish/formats/rss-0.91.dtd", "purl.org/rss/2.0",
      "backend.userland.com/rss091", "backend.userland.com/rss092", "backend.userland.com/rss201":
      .rss
    case "purl.org/dc/elements/1.1", "purl.org/dc/elements/1.0": .dublinCore
    case "purl.org/dc/terms": .dublinCoreTerms
    case "purl.org/rss/1.0/modules/content": .content
    case "search.yahoo.com/mrss", "tools.search.yahoo.com/mrss", "video.search.yahoo.com/mrss": .media
    case "itunes.com/dtds/podcast-1.0.dtd", "example.com/dtds/podcast-1.0.dtd": .itunes
    case "w3.org/1999/02/22-rdf-syntax-ns": .rdf
    case "w3.org/1999/xhtml": .xhtml
    default: nil
    }
  }
}
