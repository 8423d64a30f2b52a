import JSON

extension FeedEntry {
  /// The address of the entry: Atom's first link that is an alternate; RSS's link, else a guid that is one.
  var link: String? {
    isAtom ? alternate ?? text : text ?? permalink ?? alternate
  }

  /// A link without `rel` is an alternate (RFC 4287, 4.2.7.2).
  private var alternate: String? {
    let links = all("link").filter { link in
      guard let relation = link.attribute("rel")?.lowercased() else { return true }
      return relation == "alternate" || relation.hasSuffix("/relation/alternate")
    }
    return links.lazy.compactMap { self.address($0, "href") }.first
  }

  private var text: String? {
    all("link").lazy.compactMap { link in link.value.map { FeedAddress.resolve($0, against: link.base) } }.first
  }

  private var permalink: String? {
    for guid in all("guid") {
      guard let value = guid.value else { continue }
      let says = guid.attribute("ispermalink")?.lowercased() ?? "true"
      if !["false", "no", "0"].contains(says) { return FeedAddress.resolve(value, against: guid.base) }
    }
    return nil
  }

  /// The files of the entry, as `{url, type, length}`.
  var enclosures: [JSONValue] {
    let own = all("enclosure").map { ($0, "url") }
    let links = all("link").filter { $0.attribute("rel")?.lowercased() == "enclosure" }.map { ($0, "href") }
    return (own + links + media("content").map { ($0, "url") }).compactMap { element, name in
      guard let url = address(element, name) else { return nil }
      let length = element.attribute("length") ?? element.attribute("filesize")
      return [
        "url": .string(url), "type": Self.value(element.attribute("type") ?? element.attribute("medium")),
        "length": length.flatMap { Int($0) }.map { .number(JSONNumber($0)) } ?? .null,
      ]
    }
  }

  /// The address of the entry's picture.
  var image: String? {
    let pictures = (media("content") + all("enclosure")).filter {
      $0.attribute("medium") == "image" || $0.attribute("type")?.lowercased().hasPrefix("image/") == true
    }
    return (media("thumbnail") + pictures).lazy.compactMap { self.address($0, "url") }.first
      ?? all(.itunes, "image").lazy.compactMap { self.address($0, "href") }.first
  }

  /// Media elements of the entry, also those in a group or in another media element.
  private func media(_ local: String) -> [FeedElement] {
    let name = FeedName(.media, local)
    let within = (all(.media, "group") + all(.media, "content"))
    let deeper = within.flatMap { $0.elements }.filter { $0.name == FeedName(.media, "content") }
    return element.all(name) + within.flatMap { $0.all(name) } + deeper.flatMap { $0.all(name) }
  }

  private func address(_ element: FeedElement, _ name: String) -> String? {
    element.attribute(name).map { FeedAddress.resolve($0, against: element.base) }
  }

  /// The texts of elements of other namespaces, which no other field has, by their names.
  var others: JSONObject {
    var names: [String] = []
    var texts: [String: [JSONValue]] = [:]
    for child in element.elements {
      let name = child.name
      let isRead = name.vocabulary == .rss || name.vocabulary == .atom || name.vocabulary == .media
      guard !isRead, !Self.read.contains(name), let text = FeedText.line(of: child) else { continue }
      if texts[name.qualified] == nil { names.append(name.qualified) }
      texts[name.qualified, default: []].append(.string(text))
    }
    return JSONObject(
      names.map { name in
        let values = texts[name] ?? []
        return (name, values.count == 1 ? values[0] : .array(values))
      })
  }

  private static let read: Set = [
    FeedName(.dublinCore, "title"), FeedName(.dublinCore, "creator"), FeedName(.dublinCore, "date"),
    FeedName(.dublinCore, "subject"), FeedName(.dublinCore, "description"), FeedName(.content, "encoded"),
    FeedName(.itunes, "author"), FeedName(.itunes, "summary"), FeedName(.xhtml, "body"),
  ]
}
