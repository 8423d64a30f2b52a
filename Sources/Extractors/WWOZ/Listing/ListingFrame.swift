import Contracts
import Fetching
import Markup
import Text
import Time

/// The element of a listing's page that holds the panels. The sidebar, which has a panel of its own, is outside of it.
struct ListingFrame {
  let node: Node

  /// - Throws: `SourceChanged` unless the page is complete and of the requested day.
  init(_ root: Node, of date: CalendarDate, links: LinkResolver) throws(PipelineError) {
    func changed(_ problem: String) -> PipelineError { .sourceChanged("the listing of \(date) \(problem)") }
    guard let calendar = Self.calendar(in: root), let frame = Self.frame(in: calendar) else {
      throw changed("has no livewire-listing in a livewire-calendar")
    }
    // The parser closes elements that a page leaves open: nothing follows a listing that was cut short.
    guard frame.isFollowed else { throw changed("ends within the listing") }
    let signs = Signs(calendar, without: frame)
    if signs.days.isEmpty { throw changed("does not name its day") }
    if let other = signs.days.first(where: { $0 != date }) { throw changed("is of another day, \(other)") }
    for link in signs.neighbours {
      guard let path = links.path(of: link), let day = ListingAddress(path).date.flatMap({ CalendarDate($0) }) else {
        continue
      }
      guard abs(day.daysSinceEpoch - date.daysSinceEpoch) == 1 else {
        throw changed("has \(day) as a neighbouring day")
      }
    }
    node = frame
  }

  private static func calendar(in root: Node) -> Node? {
    var found: Node?
    root.walk { node in
      if node.isNamed("div"), node.has(.calendar) { found = node }
      return found != nil ? .stop : node.isHidden ? .over : .into
    }
    return found
  }

  /// Returns the first listing two levels below the calendar.
  private static func frame(in calendar: Node) -> Node? {
    var found: Node?
    calendar.walkChildren { row in
      guard found == nil, row.isNamed("div") else { return }
      row.walk { node in
        if node.isNamed("div"), node.has(.listing) { found = node }
        return found == nil ? .over : .stop
      }
    }
    return found
  }

  /// The places of the calendar that name its day.
  private struct Signs {
    var days: [CalendarDate] = []
    var neighbours: [String] = []

    init(_ calendar: Node, without frame: Node) {
      var current: String?
      var heading: String?
      calendar.walk { node in
        let classes = node.pageClasses
        if classes.contains(.listing), node.contains(frame) { return .over }
        if current == nil, node.isNamed("div") { current = node.attribute("data-current-date") }
        if heading == nil, classes.contains(.headingDate) { heading = node.text(maximumBytes: 200).text }
        if classes.contains(.sortArrows) { neighbours += Self.links(in: node) }
        return .into
      }
      days = [current.flatMap { CalendarDate($0) }, heading.flatMap { WWOZDateTime.date(inHeading: $0) }]
        .compactMap(\.self)
    }

    private static func links(in node: Node) -> [String] {
      var links: [String] = []
      node.walk { node in
        if node.isNamed("a"), let href = node.attribute("href") { links.append(href) }
        return links.count < 10 ? .into : .stop
      }
      return links
    }
  }
}
