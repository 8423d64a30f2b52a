import Markup

/// The page of one node of Drupal 7: `div.node.node-TYPE` with its fields in `div.content`.
///
/// Notices of maintenance, consent, login and search also have elements of class `content`, and some come with status 200 at
/// any address. So the page must have the node whose type its address promises, in full and not as a teaser, and a title.
struct DetailPage {
  /// A type of node.
  enum Kind: String {
    case organization, event, artist

    var nodeClass: PageClass {
      switch self {
      case .organization: .nodeOrganization
      case .event: .nodeEvent
      case .artist: .nodeArtist
      }
    }
  }

  /// The elements of class `content` in the node.
  private(set) var contents: [Node] = []

  private var nodes: [Node] = []
  /// The element of the page's main content, as Drupal and HTML name it; nil if the page does not say.
  private var main: Node?
  private var titles = Titles()
  /// The type in the class `node-type-…` of the page's body; nil if it has none.
  private var bodyType: Substring?

  /// - Throws: `NotTheNode`.
  init(_ root: Node, of kind: Kind) throws(WWOZDetailReader.NotTheNode) {
    root.walk { node in visit(node, kind) }
    if let bodyType, bodyType != kind.rawValue {
      throw .init("it is the page of a node of type '\(bodyType.prefix(40))', not '\(kind.rawValue)'")
    }
    guard let node = nodes.first(where: { main?.contains($0) ?? false }) ?? nodes.first else {
      throw .init("it has no node of type '\(kind.rawValue)'")
    }
    guard nodes.count == 1 || bodyType != nil else {
      throw .init("it is a list of \(nodes.count) nodes of type '\(kind.rawValue)'")
    }
    read(node)
    if contents.isEmpty { throw .init("its node of type '\(kind.rawValue)' has no element of class content") }
    if titles.areEmpty { throw .init("it has no title") }
  }

  private mutating func visit(_ node: Node, _ kind: Kind) -> Node.Step {
    if node.isHidden || node.isNamed("aside") || node.attribute("role") == "complementary" { return .over }
    let classes = node.pageClasses
    if classes.contains(.sidebarFirst) || classes.contains(.sidebarSecond) { return .over }
    if main == nil, node.isNamed("main") || node.attribute("id") == "block-system-main" { main = node }
    if classes.contains(.node) {
      let isTeaser = classes.contains(.nodeTeaser) || classes.contains(.viewModeTeaser)
      if !isTeaser, classes.contains(kind.nodeClass) { nodes.append(node) }
      return .over
    }
    if classes.contains(.viewsRow) || classes.contains(.searchResult) || classes.contains(.searchResults) {
      return .over
    }
    if node.isNamed("body") {
      bodyType = node.attribute("class")?.split(separator: " ").first { $0.hasPrefix("node-type-") }?
        .dropFirst("node-type-".count)
    } else if classes.contains(.pageTitle) {
      titles.add(node, to: \.ofPage)
    } else if node.isNamed("h1") {
      titles.add(node, to: \.headings)
    } else if node.isNamed("title") {
      titles.add(node, to: \.ofDocument)
    }
    return .into
  }

  /// Finds the node's own contents and headings, not those of nodes that it shows within itself.
  private mutating func read(_ node: Node) {
    node.walk { node in
      let classes = node.pageClasses
      if node.isHidden || classes.contains(.node) { return .over }
      if classes.contains(.content) {
        contents.append(node)
        return .over
      }
      if classes.contains(.pageTitle) || node.isNamed("h1") || node.isNamed("h2") || node.isNamed("h3") {
        titles.add(node, to: \.ofNode)
      }
      return .into
    }
  }
}

/// The places of a page that may have its title.
private struct Titles {
  var ofNode: [String] = []
  var ofPage: [String] = []
  var headings: [String] = []
  var ofDocument: [String] = []

  mutating func add(_ node: Node, to place: WritableKeyPath<Titles, [String]>) {
    // One page has few; a page of nothing but titles is not read to its end.
    guard self[keyPath: place].count < 20 else { return }
    self[keyPath: place].append(node.text(maximumBytes: 200).text)
  }

  /// True if the most specific place is empty. The document's `<title>` also has the site's name, after a bar, and is
  /// nothing but that name on a page without a title; so it counts only on a page without another place.
  var areEmpty: Bool {
    if ofNode.contains(where: { !$0.isEmpty }) { return false }
    if let title = [ofPage, headings].first(where: { !$0.isEmpty }) { return title.allSatisfy(\.isEmpty) }
    return (ofDocument.first ?? "").prefix { $0 != "|" }.allSatisfy(\.isWhitespace)
  }
}
