import Contracts
import Fetching
import Markup
import Time

/// Reads the Livewire calendar's page of one day, `/calendar/livewire-music?date=…`: a panel for each venue, and in it a row
/// for each show.
///
/// A row that cannot be read costs only itself. It is rejected if it is not a show of this day: without an artist, a link
/// to an event, or a venue, or of another day. A row without a clear time, or without a link to its venue's page, is kept
/// with a warning. The page as a whole is refused (`SourceChanged`) if its frame is missing, if it is of another day or
/// of none, if its arrows do not lead to the days before and after, if it ends within the listing, if it has more than
/// 2,000 rows, or if more than half of its rows were rejected or lack a time or a venue's link: then the page has
/// changed, not its rows. A frame without rows is a day without shows.
public final class WWOZListingReader {
  private let site: Site

  /// - Parameter site: the site to which links to events and venues must lead.
  public init(site: Site) { self.site = site }

  /// Reads a listing of one page.
  /// - Parameter date: the requested day.
  /// - Throws: `SourceChanged`.
  public func read(_ page: Page, date: CalendarDate) throws(PipelineError) -> WWOZListing {
    let page = try read(page, at: ListingAddress.path(of: date), date: date, deadline: nil)
    try page.check()
    return page.listing
  }

  /// Reads one page of a listing. A page that its pager does not continue is checked; otherwise all pages are to be checked
  /// together.
  /// - Parameters:
  ///   - path: the page's own address, root-relative.
  ///   - deadline: looked at between rows.
  /// - Throws: `SourceChanged`, `DeadlineExceeded`.
  func read(_ page: Page, at path: String, date: CalendarDate, deadline: Deadline?) throws(PipelineError) -> ListingPage
  {
    do {
      let tree = try PageTree(Document(html: page.body, charset: page.charset))
      let links = LinkResolver(site, page: path, baseHref: tree.baseHref)
      let frame = try ListingFrame(tree.root, of: date, links: links)
      let rows = ListingRows(date: date, links: links, deadline: deadline)
      try rows.read(frame.node)
      return ListingPage(rows, root: tree.root, links: links)
    } catch let error as PipelineError {
      throw error
    } catch {
      let reason = (error as? MarkupError)?.detail ?? "\(error)"
      throw PipelineError.sourceChanged("the listing of \(date) cannot be parsed: \(reason)")
    }
  }
}
