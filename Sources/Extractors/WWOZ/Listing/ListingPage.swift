import Contracts
import Fetching
import Markup
import Text

/// One page of a day's listing. The calendar shows a day on one page; if it should show a pager one day, the further pages
/// have the same form.
struct ListingPage {
  /// Pages of one listing.
  static let maximumPages = 50

  private(set) var listing: WWOZListing
  private(set) var rowCount: Int
  private(set) var problemCount: Int
  /// The root-relative addresses of the pages to which its pager leads, by their numbers.
  let furtherPages: [String: String]

  /// - Throws: `PipelineError`.
  init(_ rows: ListingRows, root: Node, links: LinkResolver) {
    listing = rows.listing
    rowCount = rows.rowCount
    problemCount = rows.problemCount
    furtherPages = Self.furtherPages(in: root, of: listing.date.description, links: links)
  }

  /// Adds another page of the same day. What is on both counts once.
  mutating func add(_ other: ListingPage) {
    listing.shows = (listing.shows + other.listing.shows).uniqued()
    listing.rejected += other.listing.rejected.filter { !listing.rejected.contains($0) }
    listing.warnings += other.listing.warnings.filter { !listing.warnings.contains($0) }
    rowCount += other.rowCount
    problemCount += other.problemCount
  }

  /// - Throws: `SourceChanged` if there are too many rows, or if more than half of the rows have problems.
  func check() throws(PipelineError) {
    let date = listing.date
    guard rowCount <= ListingRows.maximumRows else {
      throw PipelineError.sourceChanged(
        "the listing of \(date) has \(rowCount) rows, of which at most \(ListingRows.maximumRows) are read")
    }
    guard problemCount * 2 > rowCount else { return }
    let example = (listing.rejected.map(\.problem) + listing.warnings).first?.description ?? ""
    throw PipelineError.sourceChanged(
      "\(problemCount) of \(rowCount) rows in the listing of \(date) have problems: \(example)")
  }

  /// True for `<link rel="next">`; the attribute is a list of words.
  private static func leadsToNext(_ link: Node) -> Bool {
    link.attribute("rel")?.lowercased().split(whereSeparator: \.isWhitespace).contains("next") ?? false
  }

  private static func furtherPages(in root: Node, of day: String, links: LinkResolver) -> [String: String] {
    var pages: [String: String] = [:]
    root.walk { node in
      guard node.isNamed("a") || node.isNamed("link") && Self.leadsToNext(node),
        let href = node.attribute("href"), href.utf8.contains(UInt8(ascii: "?")), href.utf8.count < 4096,
        let address = links.path(of: href).map({ ListingAddress($0) }), let page = address.furtherPage(of: day)
      else { return node.isHidden ? .over : .into }
      if pages.count <= maximumPages, pages[page] == nil { pages[page] = address.pathAndQuery(on: day) }
      return .into
    }
    return pages
  }
}
