import Cryptography
import FoundationEssentials
import JSON
import Time

/// An entry of a feed: what its elements say, whichever format they are of.
struct FeedEntry {
  let element: FeedElement
  /// The zone of dates that name none; nil for UTC.
  let zone: TimeZoneRules?

  init(_ element: FeedElement, zone: TimeZoneRules?) {
    self.element = element
    self.zone = zone
  }

  var isAtom: Bool { element.name.local == "entry" || element.name.vocabulary == .atom }

  /// Returns the children of a name in RSS's and in Atom's vocabulary, the entry's own first.
  func all(_ local: String) -> [FeedElement] {
    let (rss, atom) = (element.all(FeedName(.rss, local)), element.all(FeedName(.atom, local)))
    return isAtom ? atom + rss : rss + atom
  }

  func all(_ vocabulary: FeedName.Vocabulary, _ local: String) -> [FeedElement] {
    element.all(FeedName(vocabulary, local))
  }

  /// Atom's id, RSS's guid, RDF's address of the item; else the link.
  var id: String? {
    let own = isAtom ? all("id") + all("guid") : all("guid")
    if let id = own.lazy.compactMap(\.value).first { return id }
    let about = element.attributes.first { $0.name.local == "about" && $0.name.prefix != nil }
    if let about, !FeedText.trimmed(about.value).isEmpty { return FeedText.trimmed(about.value) }
    return (isAtom ? nil : all("id").lazy.compactMap(\.value).first) ?? link
  }

  var title: String? {
    (all("title") + all(.dublinCore, "title")).lazy.compactMap { FeedText.line(of: $0) }.first
  }

  var author: String? {
    (all("author") + all(.dublinCore, "creator") + all(.dublinCore, "author") + all(.itunes, "author")).lazy
      .compactMap { FeedText.person($0) }.first
  }

  /// The feed that the entry is from, as `{title, link, author}`; nil if the entry names none.
  private var source: JSONValue? {
    guard let source = all("source").first else { return nil }
    let feed = FeedEntry(source, zone: zone)
    let title = source.elements.isEmpty ? FeedText.line(of: source) : feed.title
    let link = source.attribute("url") ?? feed.link
    return ["title": Self.value(title), "link": Self.value(link), "author": Self.value(feed.author)]
  }

  /// The texts of RSS's categories, the terms of Atom's, and Dublin Core's subjects, in the order of the document.
  var categories: [String] {
    element.elements.compactMap { child in
      switch (child.name.vocabulary, child.name.local) {
      case (.rss, "category"), (.atom, "category"):
        child.attribute("term") ?? FeedText.line(of: child)
      case (.dublinCore, "subject"): FeedText.line(of: child)
      default: nil
      }
    }
  }

  var summary: String? {
    let own = isAtom ? all("summary") + all("description") : all("description") + all("summary")
    return (own + all(.dublinCore, "description") + all(.itunes, "summary")).lazy
      .compactMap { FeedText.html(of: $0) }.first
  }

  var content: String? {
    (all(.content, "encoded") + all("content") + all(.xhtml, "body")).lazy
      .compactMap { FeedText.html(of: $0) }.first
  }

  /// The fields of the entry, and the problems of those that could not be read.
  var record: (JSONObject, problems: [String]) {
    var problems: [String] = []
    let updates = all("updated") + all("modified") + all(.dublinCoreTerms, "modified")
    let days = all(.dublinCore, "date")
    let first =
      isAtom ? all("published") + all("issued") + all("pubdate") : all("pubdate") + all("published") + all("issued")
    let published = date(first + all(.dublinCoreTerms, "issued") + updates + days, &problems)
    var members: [JSONObject.Member] = [
      ("id", Self.value(id)), ("title", Self.value(title)), ("link", Self.value(link)),
      ("author", Self.value(author)), ("published", Self.value(published)),
      ("updated", Self.value(date(updates, &problems))),
      ("categories", .array(categories.map { .string($0) })), ("summary", Self.value(summary)),
      ("content", Self.value(content)), ("image", Self.value(image)), ("enclosures", .array(enclosures)),
      ("comments", Self.value(all("comments").lazy.compactMap(\.value).first)),
    ]
    if let source { members.append(("source", source)) }
    if id == nil { members.append(("hash", Self.value(hash))) }
    let others = self.others
    if !others.isEmpty { members.append(("other", .object(others))) }
    return (JSONObject(unique: members), problems)
  }

  /// The identity of an entry without an id: the first 32 digits of the SHA-256 of its title, its texts and its dates.
  private var hash: String? {
    let dates = (all("pubdate") + all(.dublinCore, "date")).compactMap(\.value)
    let text = ([title ?? "", summary ?? "", content ?? ""] + dates).joined(separator: "\u{1F}")
    return (try? Digest(of: Data(text.utf8))).map { String($0.hexadecimal.prefix(32)) }
  }

  /// Problems of an entry that are named.
  private static let maximumProblems = 20

  /// The first date that can be read.
  private func date(_ elements: [FeedElement], _ problems: inout [String]) -> String? {
    for element in elements {
      guard let value = element.value else { continue }
      guard let date = FeedDate(value, zone: zone) else {
        let problem = "its date cannot be read: '\(value.prefix(60))'"
        if problems.count < Self.maximumProblems, !problems.contains(problem) { problems.append(problem) }
        continue
      }
      if let name = date.unknownZone {
        let problem = "its date names the zone '\(name)', which has no fixed offset: UTC is taken"
        if !problems.contains(problem) { problems.append(problem) }
      }
      return date.text
    }
    return nil
  }

  static func value(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
