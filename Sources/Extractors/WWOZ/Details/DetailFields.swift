import Fetching
import Markup
import Text

/// Reads the fields of a node, each as `.field-name-… > .field-items > .field-item`, in one walk. Each is bounded, and what
/// was left out is named.
struct DetailFields {
  /// Bytes of a description.
  static let maximumProseBytes = 20 << 10
  /// Characters of a name or a short text.
  static let maximumNameLength = 500
  /// Bytes of an address.
  static let maximumAddressBytes = 2 << 10
  static let maximumArtists = 100
  static let maximumGenres = 50

  private let resolver: LinkResolver
  private(set) var thoroughfare = ""
  private(set) var locality = ""
  private(set) var state = ""
  private(set) var postalCode = ""
  private(set) var phoneNumber = ""
  private(set) var status = ""
  private(set) var website = ""
  private(set) var artists: [WWOZArtistLink] = []
  private(set) var genres: [String] = []
  /// A sentence for each field that exceeds its limit.
  private(set) var problems: [String] = []

  private var prose: [String] = []
  private var proseRoom = maximumProseBytes
  private var knownArtists: Set<WWOZArtistLink> = []

  /// The body of the node, one line for each paragraph.
  var description: String { prose.joined(separator: "\n") }

  init(_ page: DetailPage, links: LinkResolver) {
    resolver = links
    for content in page.contents { content.walk { node in visit(node) } }
  }

  private mutating func visit(_ node: Node) -> Node.Step {
    let classes = node.pageClasses
    if node.isHidden || classes.contains(.node) { return .over }
    guard !classes.isEmpty else { return .into }
    if classes.contains(.thoroughfare) { return set(\.thoroughfare, "street", node) }
    if classes.contains(.locality) { return set(\.locality, "city", node) }
    if classes.contains(.state) { return set(\.state, "state", node) }
    if classes.contains(.postalCode) { return set(\.postalCode, "postal code", node) }
    if classes.contains(.phone) { return items(of: node) { fields, item in fields.set(\.phoneNumber, "phone", item) } }
    if classes.contains(.status) { return items(of: node) { fields, item in fields.set(\.status, "status", item) } }
    if classes.contains(.body) { return items(of: node) { fields, item in fields.readProse(item) } }
    if classes.contains(.url) {
      return items(of: node) { fields, item in fields.links(in: item) { fields, link in fields.readWebsite(link) } }
    }
    if classes.contains(.relatedActs) { return links(in: node) { fields, link in fields.readArtist(link) } }
    if classes.contains(.genres) { return links(in: node) { fields, link in fields.readGenre(link) } }
    return .into
  }

  /// Reads the values of a field.
  private mutating func items(of field: Node, _ read: (inout Self, Node) -> Node.Step) -> Node.Step {
    field.walk { node in node.has(.fieldItem) ? read(&self, node) : .into }
    return .over
  }

  /// Reads the links of a field until `read` says stop.
  private mutating func links(in field: Node, _ read: (inout Self, Node) -> Node.Step) -> Node.Step {
    field.walk { node in node.isNamed("a") ? read(&self, node) : .into }
    return .over
  }

  /// Sets a short text, unless an earlier element has set it.
  private mutating func set(_ field: WritableKeyPath<Self, String>, _ name: String, _ node: Node) -> Node.Step {
    if self[keyPath: field].isEmpty { self[keyPath: field] = self.name(of: node, "its \(name)") }
    return .over
  }

  private mutating func name(of node: Node, _ field: String) -> String {
    let name = BoundedName(node)
    if name.isCut { report("\(field) has more than \(Self.maximumNameLength) characters and was cut") }
    return name.text
  }

  private mutating func readProse(_ node: Node) -> Node.Step {
    let (lines, isCut) = node.lines(maximumBytes: proseRoom)
    prose += lines
    proseRoom = max(0, proseRoom - lines.reduce(0) { $0 + $1.utf8.count + 1 })
    if isCut { report("its description has more than \(Self.maximumProseBytes) bytes and was cut") }
    return isCut ? .stop : .over
  }

  /// Takes the first http or https link. A part of an address would lead elsewhere, so that a long one is left out.
  private mutating func readWebsite(_ link: Node) -> Node.Step {
    guard website.isEmpty, let href = link.attribute("href") else { return .over }
    let address = href.utf8.prefix(Self.maximumAddressBytes * 2).split { $0 <= 0x20 }
      .map { String(decoding: Array($0), as: UTF8.self) }.joined()
    let scheme = address.prefix(8).lowercased()
    guard scheme.hasPrefix("http://") || scheme == "https://" else { return .over }
    if address.utf8.count > Self.maximumAddressBytes || href.utf8.count > Self.maximumAddressBytes * 2 {
      report("its website has more than \(Self.maximumAddressBytes) bytes and was left out")
      return .stop
    }
    website = address
    return .stop
  }

  private mutating func readArtist(_ link: Node) -> Node.Step {
    guard let href = link.attribute("href") else { return .over }
    let name = name(of: link, "an artist's name")
    guard !name.isEmpty else { return .over }
    // A link without a path leads to this page itself.
    let path = href.isEmpty || href.hasPrefix("#") ? "" : resolver.path(of: href) ?? ""
    let artist = WWOZArtistLink(name: name, path: path.utf8.count > Self.maximumAddressBytes ? "" : path)
    guard knownArtists.insert(artist).inserted else { return .over }
    guard artists.count < Self.maximumArtists else {
      report("it has more than \(Self.maximumArtists) artists, of which the first were taken")
      return .stop
    }
    artists.append(artist)
    return .over
  }

  private mutating func readGenre(_ link: Node) -> Node.Step {
    let name = name(of: link, "a genre")
    guard !name.isEmpty, !genres.contains(name) else { return .over }
    guard genres.count < Self.maximumGenres else {
      report("it has more than \(Self.maximumGenres) genres, of which the first were taken")
      return .stop
    }
    genres.append(name)
    return .over
  }

  private mutating func report(_ problem: String) {
    if !problems.contains(problem) { problems.append(problem) }
  }
}
