import Contracts
import Markup
import Time

/// Reads the Livewire calendar's page of one day, `/calendar/livewire-music?date=…`: a panel a venue, in it a row a show.
///
/// A row costs itself only. It is rejected when it is no show of this day: no act, no link to an event, no venue, or
/// another day. A row without a clear time or without a link to its venue's page is kept, and the lack is remarked on.
/// The page as a whole is refused (`SourceChanged`) when its frame is not there, when it is of another day, when it ends
/// within the listing, and when more than half of its rows were rejected or remarked on: then it is the page that has
/// changed, and not the rows that are odd. A frame without rows is a day without shows.
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

  /// - Parameter site: whose links lead to events and venues.
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

  /// - Parameter date: the day that was asked for.
  /// - Throws: `SourceChanged`.
  public func read(_ page: Page, date: CalendarDate) throws(PipelineError) -> WWOZListing {
    do {
      let document = try Document(html: page.body, charset: page.charset)
      let frame = try frame(of: document, date)
      var result = WWOZListing(date: date)
      for panel in try frame.nodes(panel) { try read(panel, into: &result) }
      for link in try frame.nodes(strayLink) {
        result.rejected.append(
          rejection("'\(link.text)' stands in no venue's row", link.attribute("href"), link))
      }
      try check(result)
      return result
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError.sourceChanged("the listing of \(date) is no page: \(error)")
    }
  }

  /// The element that holds the panels. The sidebar, which has a panel of its own, lies outside of it.
  /// - Throws: `SourceChanged` unless the page is whole and of the day.
  private func frame(of document: Document, _ date: CalendarDate) throws -> Node {
    func changed(_ what: String) -> PipelineError { .sourceChanged("the listing of \(date) \(what)") }
    guard let calendar = try document.first(calendar), let frame = try calendar.first(listing) else {
      throw changed("has no livewire-listing in a livewire-calendar")
    }
    // The parser closes what a page leaves open: nothing stands behind a listing that was cut short.
    guard try frame.first(anythingAfter) != nil else { throw changed("ends in the middle") }
    let days = [
      try calendar.first(currentDate)?.attribute("data-current-date").flatMap { CalendarDate($0) },
      try calendar.first(headingDate).flatMap { WWOZDateTime.date(inHeading: $0.text) },
    ].compactMap { $0 }
    guard !days.isEmpty else { throw changed("does not say of which day it is") }
    if let other = days.first(where: { $0 != date }) { throw changed("is the one of \(other)") }
    for link in try calendar.nodes(neighbours) {
      guard let day = link.attribute("href")?.split(separator: "date=").last.flatMap({ CalendarDate($0) }) else {
        continue
      }
      guard abs(day.daysSinceEpoch - date.daysSinceEpoch) == 1 else { throw changed("lies beside the one of \(day)") }
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
        venue: venue, venueLink: venueLink, act: link?.text ?? node.lines.first ?? "", link: link?.attribute("href"),
        when: try node.first(when)?.text, calendarPage: try node.first(calendarPage)?.text ?? "")
      switch row.verdict(on: result.date, of: site) {
      case .rejected(let reason): result.rejected.append(rejection("\(reason) (at '\(venue)')", row.link, node))
      case .show(let show, let remark):
        result.shows.append(show)
        if let remark { result.remarks.append(problem("\(remark) (at '\(venue)')", row.link)) }
      }
    }
  }

  /// - Throws: `SourceChanged` when more than half of the rows are odd.
  private func check(_ listing: WWOZListing) throws(PipelineError) {
    let problems = listing.rejected + listing.remarks
    let total = listing.shows.count + listing.rejected.count
    guard problems.count * 2 > total else { return }
    throw PipelineError.sourceChanged(
      "\(problems.count) of \(total) rows in the listing of \(listing.date) are not as they used to be: \(problems[0])")
  }

  private func rejection(_ reason: String, _ href: String?, _ node: Node) -> WWOZListing.Problem {
    var problem = problem(reason, href)
    problem.eventPath = WWOZRow.path(href, below: "/events/", of: site)
    problem.text = String(node.text.prefix(1000))
    return problem
  }

  private func problem(_ reason: String, _ href: String?) -> WWOZListing.Problem {
    WWOZListing.Problem(reason: String(reason.prefix(200)), href: String((href ?? "").prefix(200)))
  }
}
