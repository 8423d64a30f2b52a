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
/// of none, if its arrows do not lead to the days before and after, if it ends within the listing, or if more than half
/// of its rows were rejected or have warnings: then the page has changed, not its rows. A frame without rows is a day
/// without shows.
public final class WWOZListingReader {
  private let site: Site
  private let calendar: XPath
  private let listing: XPath
  private let anythingAfter: XPath
  private let currentDate: XPath
  private let headingDate: XPath
  private let neighbours: XPath
  private let panel: XPath
  private let title: XPath
  private let row: XPath
  private let calendarPage: XPath
  private let link: XPath
  private let when: XPath
  private let strayLink: XPath

  /// - Parameter site: the site to which links to events and venues must lead.
  public init(site: Site) throws(MarkupError) {
    func has(_ token: String) -> String { XPath.hasClass(token) }
    self.site = site
    calendar = try XPath("//div[\(has("livewire-calendar"))]")
    listing = try XPath("div/div[\(has("livewire-listing"))]")
    anythingAfter = try XPath("following::*[1]")
    currentDate = try XPath(".//div[@data-current-date]")
    headingDate = try XPath("div/div/span//span[\(has("heading-date"))]")
    neighbours = try XPath("div/div[\(has("livewire-sort-arrows"))]//a[@href]")
    panel = try XPath("div/div[\(has("panel"))]")
    title = try XPath("div/h3[\(has("panel-title"))]")
    row = try XPath("div/div/div[\(has("calendar-info"))]")
    calendarPage = try XPath("preceding-sibling::div[\(has("calendar-page"))]")
    link = try XPath(".//a[@href]")
    when = try XPath("p[not(.//a)]")
    strayLink = try XPath(
      ".//a[contains(@href, '/events/')]"
        + "[not(ancestor::div[1][\(has("calendar-info"))]/../../parent::div[\(has("panel"))])]")
  }

  /// - Parameter date: the requested day.
  /// - Throws: `SourceChanged`.
  public func read(_ page: Page, date: CalendarDate) throws(PipelineError) -> WWOZListing {
    do {
      let document = try Document(html: page.body, charset: page.charset)
      let frame = try frame(of: document, date)
      var result = WWOZListing(date: date)
      for panel in try frame.nodes(panel) { try read(panel, into: &result) }
      for link in try frame.nodes(strayLink) {
        result.rejected.append(
          rejection("'\(link.text)' is not in a venue's row", link.attribute("href"), link))
      }
      try check(result)
      return result
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError.sourceChanged("the listing of \(date) cannot be parsed: \(error)")
    }
  }

  /// Returns the element that holds the panels. The sidebar, which has a panel of its own, is outside of it.
  /// - Throws: `SourceChanged` unless the page is complete and of the requested day.
  private func frame(of document: Document, _ date: CalendarDate) throws -> Node {
    func changed(_ problem: String) -> PipelineError { .sourceChanged("the listing of \(date) \(problem)") }
    guard let calendar = try document.first(calendar), let frame = try calendar.first(listing) else {
      throw changed("has no livewire-listing in a livewire-calendar")
    }
    // The parser closes elements that a page leaves open: nothing follows a listing that was cut short.
    guard try frame.first(anythingAfter) != nil else { throw changed("ends within the listing") }
    let days = [
      try calendar.first(currentDate)?.attribute("data-current-date").flatMap { CalendarDate($0) },
      try calendar.first(headingDate).flatMap { WWOZDateTime.date(inHeading: $0.text) },
    ].compactMap { $0 }
    guard !days.isEmpty else { throw changed("does not name its day") }
    if let other = days.first(where: { $0 != date }) { throw changed("is of another day, \(other)") }
    for link in try calendar.nodes(neighbours) {
      guard let day = link.attribute("href")?.split(separator: "date=").last.flatMap({ CalendarDate($0) }) else {
        continue
      }
      guard abs(day.daysSinceEpoch - date.daysSinceEpoch) == 1 else {
        throw changed("has \(day) as a neighbouring day")
      }
    }
    return frame
  }

  private func read(_ panel: Node, into result: inout WWOZListing) throws {
    let title = try panel.first(title)
    let venue = title?.text ?? ""
    let venueLink = try title?.first(link)?.attribute("href")
    let rows = try panel.nodes(row)
    if rows.isEmpty { result.rejected.append(rejection("the panel of '\(venue)' has no rows", venueLink, panel)) }
    for node in rows {
      let link = try node.first(link)
      let row = WWOZRow(
        venue: venue, venueLink: venueLink, artist: link?.text ?? node.lines.first ?? "", link: link?.attribute("href"),
        when: try node.first(when)?.text, calendarPage: try node.first(calendarPage)?.text ?? "")
      switch row.parse(on: result.date, of: site) {
      case .rejected(let reason): result.rejected.append(rejection("\(reason) (at '\(venue)')", row.link, node))
      case .show(let show, let warning):
        result.shows.append(show)
        if let warning { result.warnings.append(problem("\(warning) (at '\(venue)')", row.link)) }
      }
    }
  }

  /// - Throws: `SourceChanged` if more than half of the rows have problems.
  private func check(_ listing: WWOZListing) throws(PipelineError) {
    let problems = listing.rejected.map(\.problem) + listing.warnings
    let total = listing.shows.count + listing.rejected.count
    guard problems.count * 2 > total else { return }
    throw PipelineError.sourceChanged(
      "\(problems.count) of \(total) rows in the listing of \(listing.date) have problems: \(problems[0])")
  }

  private func rejection(_ reason: String, _ href: String?, _ node: Node) -> RejectedRow {
    RejectedRow(
      problem(reason, href), key: WWOZRow.path(href, below: "/events/", of: site),
      text: String(node.text.prefix(1000)))
  }

  private func problem(_ reason: String, _ href: String?) -> RowProblem {
    RowProblem(reason: String(reason.prefix(200)), href: String((href ?? "").prefix(200)))
  }
}
