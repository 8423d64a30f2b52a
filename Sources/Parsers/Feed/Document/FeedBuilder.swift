import Contracts
import JSON
import Processing
import XML

/// Makes records of the entries of a feed while it is read: one entry is in memory as elements, the others are records.
final class FeedBuilder: XMLHandler {
  private static let maximumDepth = 256
  /// Elements and attributes of an entry, and of what a feed says of itself.
  private static let maximumParts = 20_000
  /// Bytes of an address against which links are resolved: each link would repeat them.
  private static let maximumBase = 1024
  /// Entries of a feed.
  private static let maximumEntries = 100_000

  private let options: FeedOptions
  private let address: String
  private let origin: String

  /// The format, such as `RSS 2.0`; nil if the document is no feed.
  private(set) var format: String?
  /// The outermost element's name.
  private(set) var root: String?
  /// The feed's title.
  private(set) var title: String?
  /// The reason why reading was given up; nil if it was not.
  private(set) var problem: String?

  private var result = Records()
  private var count = 0
  /// Open elements, those of the feed included.
  private var depth = 0
  /// The open elements that are kept: of the feed outside its entries, and of the current entry.
  private var open: [FeedElement] = []
  /// The place of the current entry in `open`; nil outside entries.
  private var entry: Int?
  /// The elements and attributes of the current entry, or of what is around it.
  private var parts = 0
  /// The author that an Atom feed names for entries without one.
  private var author: FeedElement?

  /// - Parameters:
  ///   - address: the feed's address, against which its links are resolved if it is one.
  ///   - origin: the place in the archive.
  init(_ options: FeedOptions, address: String, origin: String) {
    self.options = options
    self.address = address
    self.origin = origin
  }

  var isDone: Bool { problem != nil || root != nil && format == nil }

  /// Adds a warning about the document.
  func warn(_ reason: String) { result.warnings.insert(RowProblem(reason: reason), at: 0) }

  /// Returns the records, and what was rejected.
  func finish() -> Records {
    guard let author = author.flatMap({ FeedText.person($0) }) else { return result }
    var result = result
    // An entry from another feed has that feed's author (RFC 4287, 4.2.1).
    for (index, record) in result.records.enumerated() where record.fields["author"] == .null {
      if record.fields["source"] == nil { result.records[index].fields["author"] = .string(author) }
    }
    return result
  }

  func start(_ name: XMLName, attributes: [XMLAttribute]) {
    depth += 1
    guard depth <= Self.maximumDepth else {
      problem = problem ?? "its depth is more than \(Self.maximumDepth) elements"
      return
    }
    let base = Self.base(attributes, in: open.last?.base ?? webAddress)
    guard base?.utf8.count ?? 0 <= Self.maximumBase || base == webAddress else {
      problem = problem ?? "its xml:base is an address of more than \(Self.maximumBase) bytes"
      return
    }
    let element = FeedElement(FeedName(name), attributes: attributes, base: base)
    if root == nil {
      root = name.local
      // CDF's, which is no RSS, is in capitals.
      format = name.local == "CHANNEL" ? nil : Self.format(of: element)
    }
    if entry == nil, Self.entries.contains(element.name) {
      entry = open.count
      parts = 0
    }
    parts += 1 + attributes.count
    // What is beyond the limit is not kept: the entry will be rejected.
    if parts <= Self.maximumParts { open.last?.add(element) }
    open.append(element)
  }

  func text(_ bytes: Span<UInt8>) {
    guard parts <= Self.maximumParts, entry != nil || open.count > 1 else { return }
    open.last?.add(bytes)
  }

  func end() {
    depth -= 1
    guard let element = open.popLast() else { return }
    if entry == open.count {
      entry = nil
      open.last?.removeLast()
      finish(element)
      parts = 0
    } else if entry == nil {
      endOutside(element)
    }
  }

  /// Keeps what the feed says of itself, and nothing else of what is around the entries.
  private func endOutside(_ element: FeedElement) {
    let isOfFeed = open.count == 1 || open.count == 2 && open[1].name.local == "channel"
    if isOfFeed, title == nil, [FeedName(.atom, "title"), FeedName(.rss, "title")].contains(element.name) {
      title = FeedText.line(of: element)
    }
    if open.count == 1, author == nil, element.name == FeedName(.atom, "author") { author = element }
    guard isOfFeed, parts <= Self.maximumParts else { return }
    open.last?.removeLast()
    parts = 0
  }

  private func finish(_ element: FeedElement) {
    defer { count += 1 }
    guard count < Self.maximumEntries else {
      problem = problem ?? "it has more than \(Self.maximumEntries) entries"
      return
    }
    let entry = FeedEntry(element, zone: options.zone)
    let key = entry.id
    guard parts <= Self.maximumParts else {
      let reason = "the entry with the number \(count) has more than \(Self.maximumParts) elements and attributes"
      result.rejected.append(
        RejectedRow(RowProblem(reason: reason, href: key ?? ""), key: key, text: entry.title ?? ""))
      return
    }
    let (fields, problems) = entry.record
    result.records.append(SourceRecord(fields, origin: "\(origin)#\(count)"))
    result.warnings += problems.map { RowProblem(reason: $0, href: key ?? "") }
  }

  private static let entries: Set = [
    FeedName(.rss, "item"), FeedName(.rss, "entry"), FeedName(.atom, "entry"), FeedName(.atom, "item"),
  ]

  /// The format by the outermost element; nil if it is not that of a feed.
  private static func format(of root: FeedElement) -> String? {
    switch (root.name.vocabulary, root.name.local) {
    case (.rss, "rss"): "RSS \(root.attribute("version")?.prefix(8) ?? "")"
    case (.rss, "channel"): "RSS"
    case (.rdf, "rdf"), (.rss, "rdf"): "RSS 1.0"
    case (.atom, "feed"), (.rss, "feed"), (.atom, "entry"), (.rss, "entry"): "Atom"
    default: nil
    }
  }

  private var webAddress: String? { FeedAddress.isWeb(address) ? address : nil }

  private static func base(_ attributes: [XMLAttribute], in base: String?) -> String? {
    guard let own = attributes.first(where: { $0.name.prefix == "xml" && $0.name.local == "base" }) else { return base }
    return FeedAddress.resolve(own.value, against: base)
  }
}
