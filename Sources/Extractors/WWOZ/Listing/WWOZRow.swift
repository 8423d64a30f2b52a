import Fetching
import Time

/// A row of the listing as the page has it. A nil field is not on the page.
struct WWOZRow: Equatable {
  /// Bytes of a link. S3 and Postgres would take longer ones; no address of the site comes near.
  static let maximumLinkBytes = 2 << 10

  var venue = ""
  var venueLink: String?
  var artist = ""
  var link: String?
  /// The paragraphs below the artist. One has the day and time as text: `Friday, May 31 at 3:00pm`.
  var paragraphs: [String] = []
  /// The month and the day from the calendar icon beside the row: `May 31`.
  var calendarPage = ""

  enum Parsed: Equatable {
    /// A show.
    /// - problem: a fact that is missing.
    /// - note: a fact that was read although its text says more.
    case show(WWOZListing.Show, problem: String?, note: String?)
    case rejected(String)
  }

  /// Parses the row, or gives the reason to reject it.
  ///
  /// The row's own month and day decide. So `Friday, May 31 at 12:30am` is the first hour of Friday, as it says, even if
  /// its author may have meant the following night; and a row of another day is not a show of this day.
  func parse(on date: CalendarDate, links: LinkResolver) -> Parsed {
    let name = CancelledName(artist)
    guard let path = Self.path(link, below: "/events/", links) else {
      return .rejected(link == nil ? "'\(name.name)' has no link" : "'\(artist)' has no link to an event")
    }
    if name.name.isEmpty { return .rejected("no artist is named") }
    if venue.isEmpty { return .rejected("no venue is named") }
    let when = WWOZDateTime(paragraphs: paragraphs)
    guard let (month, day) = when.monthAndDay ?? WWOZDateTime(calendarPage).monthAndDay else {
      return .rejected("no day is named")
    }
    guard (month, day) == (date.month, date.day) else {
      let text = paragraphs.first { WWOZDateTime($0).monthAndDay != nil } ?? calendarPage
      return .rejected("it is of another day: '\(text)'")
    }

    var problem: String?
    var note: String?
    switch when.time {
    case .at, .toBeAnnounced: break
    case .beginning(let time, of: let text): note = "the time '\(text)' was read as \(time)"
    case .missing: problem = "no time is given"
    case .unclear(let text): problem = "the time '\(text)' is not clear"
    }
    let venuePath = Self.path(venueLink, below: "/organizations/", links)
    if venuePath == nil { problem = problem ?? "its venue '\(venue)' has no link" }
    return .show(
      WWOZListing.Show(
        venue: venue, venuePath: venuePath ?? "", artist: name.name, path: path, time: when.time.clock,
        isCancelled: name.isCancelled || when.isCancelled),
      problem: problem, note: note)
  }

  /// Returns the root-relative path of a link, if it leads to a page of the site below the root.
  static func path(_ link: String?, below root: String, _ links: LinkResolver) -> String? {
    guard let link, link.utf8.count <= 2 * maximumLinkBytes, let path = links.path(of: link), path.hasPrefix(root),
      path.utf8.count > root.utf8.count, path.utf8.count <= maximumLinkBytes
    else { return nil }
    return path
  }
}
