import Contracts
import Cryptography
import Fetching
import FoundationEssentials
import JSON

/// The course of one item through its pages. It performs no I/O.
struct Paging {
  enum Outcome: Equatable {
    case more
    /// The source has no further page.
    case end
    /// The source has, or may have, further pages that are not read, with the reason.
    case cut(String)
  }

  let rules: Pagination
  let site: Site
  /// The pages so far.
  private(set) var pagesRead = 0
  private var recordsRead = 0
  /// The number or the offset of the next page.
  private var position: Int
  /// The cursor or the address of the next page; nil for the first.
  private var key: String?
  /// The cursors and addresses so far.
  private var keys: Set<String> = []
  private var digests: Set<[UInt8]> = []
  /// The number of pages, as far as a page has said it.
  private var announcedPages = 0

  init(_ rules: Pagination, site: Site) {
    self.rules = rules
    self.site = site
    position = rules.first
  }

  /// The value of the next page in templates.
  var values: [String: String] {
    guard let name = rules.kind.name else { return [:] }
    return [name: rules.kind == .cursor ? key ?? "" : "\(position)"]
  }

  /// The query items of the next page.
  /// - Parameter names: the names in the request's templates: a value that stands there is no item.
  func items(_ names: [String]) -> [(name: String, value: String)] {
    var items: [(name: String, value: String)] = []
    if let name = rules.sizeParameter, let size = rules.size { items.append((name, "\(size)")) }
    guard let name = rules.kind.name, let parameter = rules.parameter, !names.contains(name) else { return items }
    if rules.kind != .cursor || key != nil { items.append((parameter, values[name] ?? "")) }
    return items
  }

  /// The address of the next page, if the source has named it.
  var address: String? { rules.kind.name == nil ? key : nil }

  /// Records a page, and decides whether another one follows.
  /// - Throws: `SourceChanged` if the page is one that was read before, or names one, or one of another site.
  mutating func advance(after page: PageFacts, body: Data) throws(PipelineError) -> Outcome {
    pagesRead += 1
    recordsRead += page.recordCount
    position += rules.kind == .offset ? rules.size ?? page.recordCount : 1
    if page.recordCount > 0, rules.maximumPages > 1 { try check(body, of: page) }
    let outcome =
      switch rules.kind {
      case .pageNumber, .offset: try counted(page)
      case .cursor, .link, .nextURL: try followed(page)
      }
    guard outcome == .more, pagesRead >= rules.maximumPages else { return outcome }
    return .cut("\(pagesRead) pages were read, as many as extract.paginate.max_pages allows: the source has more")
  }

  private mutating func counted(_ page: PageFacts) throws(PipelineError) -> Outcome {
    var total = try rules.totalPages.map { (selector) throws(PipelineError) in try page.count(selector) } ?? nil
    if total == nil, let name = rules.totalPagesHeader { total = try page.count(header: name) }
    let hasNext = try rules.hasNext.map { (selector) throws(PipelineError) in try page.value(selector).isTrue }
    var isLast = hasNext.map { !$0 }
    if let total {
      isLast = pagesRead >= total
      announcedPages = total
    } else if isLast == nil, let selector = rules.totalRecords, let records = try page.count(selector) {
      let seen = rules.kind == .offset ? position : pagesRead * (rules.size ?? 0)
      isLast = seen >= records
      // A source that caps its pages below the size has more than was asked for.
      if seen >= records, recordsRead < records {
        return .cut(
          "the source says that it has \(records) records, and its pages had \(recordsRead): see whether they can have as "
            + "many as extract.paginate.size says")
      }
    }
    if page.recordCount == 0 {
      guard isLast == false else { return .end }
      // Asking on might never end.
      return .cut("\(page.address) has no records, although the source says that it has further pages")
    }
    return isLast ?? (page.recordCount < rules.size ?? 0) ? .end : .more
  }

  private mutating func followed(_ page: PageFacts) throws(PipelineError) -> Outcome {
    if let selector = rules.hasNext, !(try page.value(selector).isTrue) { return .end }
    guard let next = try nextKey(page) else { return .end }
    guard keys.insert(next).inserted, next != page.address else {
      throw PipelineError(
        .sourceChanged,
        "\(page.address) names as its next page one that was read before: its pages would never end. Correct "
          + "extract.paginate, or ask the source")
    }
    key = next
    return .more
  }

  /// Returns the next cursor or address; nil if the page names none.
  private func nextKey(_ page: PageFacts) throws(PipelineError) -> String? {
    var link: String?
    if rules.kind == .link {
      link = page.headers.list("Link").flatMap { LinkHeader($0).target("next") }
    } else if let selector = rules.next {
      switch try page.value(selector) {
      case .string(let text): link = text
      case .number(let number) where rules.kind == .cursor: link = number.text
      case .null, .bool(false): link = nil
      case let other:
        throw PipelineError(
          .sourceChanged, "\(selector) of \(page.address) is \(other.kind), not a text: correct extract.paginate")
      }
    }
    guard let link, !link.isEmpty else { return nil }
    return rules.kind == .cursor ? link : try resolved(link, on: page)
  }

  /// True if a response without records says that the page before it was the last one. A source has one status for many
  /// errors: without a code it ends no paging before the number of pages that the source has announced.
  func isEnd(status: Int, body: Data) -> Bool {
    guard rules.endStatuses.contains(status) else { return false }
    guard let code = rules.endCode else { return pagesRead >= announcedPages }
    let document = try? JSONValue(parsing: [UInt8](body))
    return document?.object?["code"]?.string?.hasSuffix(code) ?? false
  }

  /// The selector of the next page, if the only page so far does not have its place: it may be a single page, or the
  /// definition may name a wrong place, and nothing else would show that.
  func missingPlace(in page: PageFacts) -> String? {
    guard pagesRead == 1, page.recordCount > 0, rules.maximumPages > 1, rules.hasNext == nil, let selector = rules.next,
      let document = page.document, !selector.isPlace(in: document)
    else { return nil }
    return "\(selector)"
  }

  private func resolved(_ link: String, on page: PageFacts) throws(PipelineError) -> String {
    let absolute = URL(string: link, relativeTo: URL(string: page.address))?.absoluteString
    guard let path = absolute.flatMap({ site.path(of: $0) }) else {
      let host = (absolute ?? link).split(separator: "/").dropFirst().first?.split(separator: "@").last ?? ""
      throw PipelineError(
        .sourceChanged,
        "\(page.address) names a page of another site, '\(host.prefix(80))', as its next one: only \(site.origin) is read. "
          + "Correct the definition's address, or ask the source")
    }
    return site.url(of: path)
  }

  /// - Throws: `SourceChanged` if another page had the same body.
  private mutating func check(_ body: Data, of page: PageFacts) throws(PipelineError) {
    guard let digest = try? Digest(of: body).bytes, !digests.insert(digest).inserted else { return }
    throw PipelineError(
      .sourceChanged,
      "\(page.address) is the same as a page before it: the source does not read "
        + "\(rules.parameter.map { "the query item '\($0)'" } ?? "the address of the next page"), and its pages would never "
        + "end. Correct extract.paginate")
  }
}
