import Contracts
import Fetching
import Markup
import Text
import Time

/// Collects the shows of a listing's frame: a panel for each venue, and in it a row for each show. Each element is visited a
/// fixed number of times.
final class ListingRows {
  /// Rows of a day's listing. The calendar has had 118 at most.
  static let maximumRows = 2000
  /// Rows between two looks at the clock.
  private static let rowsBetweenChecks = 64
  private static let maximumParagraphs = 20
  private static let maximumParagraphBytes = 2 << 10

  private let date: CalendarDate
  private let links: LinkResolver
  private let deadline: Deadline?
  private(set) var listing: WWOZListing
  /// Rows, links and panels that count as rows. Those beyond the maximum are counted and not read.
  private(set) var rowCount = 0
  /// Rows that were rejected or lack a fact.
  private(set) var problemCount = 0

  init(date: CalendarDate, links: LinkResolver, deadline: Deadline?) {
    self.date = date
    self.links = links
    self.deadline = deadline
    listing = WWOZListing(date: date)
  }

  /// Reads the panels, which are two levels below the frame. A link to an event elsewhere is rejected, not lost silently.
  func read(_ frame: Node) throws {
    try children(of: frame) { group in
      guard group.isNamed("div") else { return try self.rejectLinks(of: group) }
      try self.children(of: group) { node in
        if node.isNamed("div"), node.has(.panel) { try self.readPanel(node) } else { try self.rejectLinks(of: node) }
      }
    }
    listing.shows = listing.shows.uniqued()
  }

  private func readPanel(_ panel: Node) throws {
    let title = title(of: panel)
    let venue = title.map { BoundedName($0) }
    let venueLink = title.flatMap { firstLink(in: $0) }?.attribute("href")
    var rows = 0
    try children(of: panel) { part in
      guard part.isNamed("div") else { return try self.rejectLinks(of: part) }
      try self.children(of: part) { row in
        guard row.isNamed("div") else { return try self.rejectLinks(of: row) }
        var icon: Node?
        try self.children(of: row) { node in
          let classes = node.isNamed("div") ? node.pageClasses : []
          if classes.contains(.calendarPage) { icon = node }
          guard classes.contains(.calendarInfo) else { return try self.rejectLinks(of: node) }
          rows += 1
          guard try self.countsRow() else { return }
          self.readRow(node, icon: icon, venue: venue, venueLink: venueLink)
        }
      }
    }
    if rows == 0, try countsRow() { reject("the panel of '\(venue?.text ?? "")' has no rows", venueLink, panel) }
  }

  private func readRow(_ node: Node, icon: Node?, venue: BoundedName?, venueLink: String?) {
    let link = eventLink(in: node)
    let artist = link.map { BoundedName($0) }
    let row = WWOZRow(
      venue: venue?.text ?? "", venueLink: venueLink,
      artist: artist?.text ?? node.lines(maximumBytes: DetailFields.maximumNameLength).lines.first ?? "",
      link: link?.attribute("href"), paragraphs: paragraphs(of: node, without: link),
      calendarPage: icon?.text(maximumBytes: 100).text ?? "")
    let place = "(at '\(row.venue)')"
    switch row.parse(on: date, links: links) {
    case .rejected(let reason): reject("\(reason) \(place)", row.link, node)
    case .show(let show, let problem, let note):
      listing.shows.append(show)
      if problem != nil { problemCount += 1 }
      let cut = (artist?.isCut ?? false) || (venue?.isCut ?? false)
      let cutNote = cut ? "a name has more than \(DetailFields.maximumNameLength) characters and was cut" : nil
      for text in [problem, note, cutNote].compactMap(\.self) { warn("\(text) \(place)", row.link) }
    }
    rejectOtherEvents(in: node, than: row.link)
  }

  /// Counts a row.
  /// - Returns: true if it is to be read.
  private func countsRow() throws -> Bool {
    rowCount += 1
    if rowCount.isMultiple(of: Self.rowsBetweenChecks), let deadline, deadline.hasPassed {
      throw PipelineError(
        .deadlineExceeded, "no time was left to read the listing of \(date) beyond its row \(rowCount)")
    }
    return rowCount <= Self.maximumRows
  }

  private func reject(_ reason: String, _ href: String?, _ node: Node) {
    problemCount += 1
    listing.rejected.append(
      RejectedRow(
        RowProblem(bounded: reason, href: href), key: WWOZRow.path(href, below: "/events/", links),
        text: String(node.text(maximumBytes: 4000).text.prefix(1000))))
  }

  private func warn(_ text: String, _ href: String?) {
    let problem = RowProblem(bounded: text, href: href)
    if listing.warnings.last != problem { listing.warnings.append(problem) }
  }

  // MARK: Parts of the page

  private func children(of node: Node, _ body: (Node) throws -> Void) throws { try node.walkChildren(body) }

  /// Returns the heading of a panel.
  private func title(of panel: Node) -> Node? {
    var title: Node?
    panel.walkChildren { part in
      guard title == nil, part.isNamed("div") else { return }
      part.walk { node in
        if node.isNamed("h3"), node.has(.panelTitle) { title = node }
        return title == nil ? .over : .stop
      }
    }
    return title
  }

  private func firstLink(in node: Node) -> Node? {
    var found: Node?
    node.walk { node in
      if node.isNamed("a"), node.attribute("href") != nil { found = node }
      return found == nil ? .into : .stop
    }
    return found
  }

  /// Returns the first link of a row to an event, or else its first link.
  private func eventLink(in row: Node) -> Node? {
    var found: Node?
    row.walk { node in
      if node.isNamed("a"), WWOZRow.path(node.attribute("href"), below: "/events/", links) != nil { found = node }
      return found == nil ? .into : .stop
    }
    return found ?? firstLink(in: row)
  }

  /// Returns the texts beside the artist's link: first those without a link.
  private func paragraphs(of row: Node, without link: Node?) -> [String] {
    var plain: [String] = []
    var linked: [String] = []
    row.walkChildren { node in
      guard plain.count + linked.count < Self.maximumParagraphs, link.map({ !node.contains($0) }) ?? node.isNamed("p"),
        !node.isHidden
      else { return }
      let text = node.text(maximumBytes: Self.maximumParagraphBytes).text
      guard !text.isEmpty else { return }
      if firstLink(in: node) == nil { plain.append(text) } else { linked.append(text) }
    }
    return plain + linked
  }

  /// Rejects links to events in an element that is not a row.
  private func rejectLinks(of node: Node) throws {
    try rejectLink(node)
    try node.walk { node in
      try self.rejectLink(node)
      return .into
    }
  }

  private func rejectLink(_ node: Node) throws {
    guard node.isNamed("a"), let href = node.attribute("href"),
      href.contains("/events/") || WWOZRow.path(href, below: "/events/", links) != nil, try countsRow()
    else { return }
    reject("'\(node.text(maximumBytes: 200).text)' is not in a venue's row", href, node)
  }

  /// Rejects links of a row to further events: a row is one show.
  private func rejectOtherEvents(in row: Node, than link: String?) {
    guard let own = WWOZRow.path(link, below: "/events/", links) else { return }
    row.walk { node in
      if node.isNamed("a"), let href = node.attribute("href"), href != link,
        let path = WWOZRow.path(href, below: "/events/", links), path != own, rowCount < Self.maximumRows
      {
        rowCount += 1
        reject("'\(node.text(maximumBytes: 200).text)' is a second event in a row", href, node)
      }
      return .into
    }
  }
}

extension RowProblem {
  /// Makes a problem of bounded size: 200 characters each.
  init(bounded reason: String, href: String?) {
    func bounded(_ text: String) -> String {
      guard text.utf8.count > 200 else { return text }
      return String(String(decoding: Array(text.utf8.prefix(800)), as: UTF8.self).prefix(200))
    }
    self.init(reason: bounded(reason), href: bounded(href ?? ""))
  }
}
