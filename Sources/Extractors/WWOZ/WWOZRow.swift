import Fetching
import Time

/// A row of the listing as the page has it. A nil field is not on the page.
struct WWOZRow: Equatable {
  var venue = ""
  var venueLink: String?
  var artist = ""
  var link: String?
  /// The day and time as text: `Friday, May 31 at 3:00pm`.
  var when: String?
  /// The month and the day from the calendar icon beside the row: `May 31`.
  var calendarPage = ""

  enum Parsed: Equatable {
    /// A show, and what may be wrong with it.
    case show(WWOZListing.Show, warning: String?)
    case rejected(String)
  }

  /// Parses the row, or gives the reason to reject it.
  ///
  /// The row's own month and day decide. So `Friday, May 31 at 12:30am` is the first hour of Friday, as it says, even if
  /// its author may have meant the following night; and a row of another day is not a show of this day.
  func parse(on date: CalendarDate, of site: Site) -> Parsed {
    guard let path = Self.path(link, below: "/events/", of: site) else {
      return .rejected(link == nil ? "'\(artist)' has no link" : "'\(artist)' has no link to an event")
    }
    if artist.isEmpty { return .rejected("no artist is named") }
    if venue.isEmpty { return .rejected("no venue is named") }
    let when = WWOZDateTime(when ?? "")
    guard let (month, day) = when.monthAndDay ?? WWOZDateTime(calendarPage).monthAndDay else {
      return .rejected("no day is named")
    }
    guard (month, day) == (date.month, date.day) else {
      return .rejected("it is of another day: '\(self.when ?? calendarPage)'")
    }

    var warning: String?
    var time: ClockTime?
    switch when.time {
    case .at(let clear): time = clear
    case .toBeAnnounced: break
    case .missing: warning = "no time is given"
    case .unclear(let text): warning = "the time '\(text)' is not clear"
    }
    let venuePath = Self.path(venueLink, below: "/organizations/", of: site)
    if venuePath == nil { warning = warning ?? "its venue '\(venue)' has no link" }
    return .show(
      WWOZListing.Show(venue: venue, venuePath: venuePath ?? "", artist: artist, path: path, time: time),
      warning: warning)
  }

  /// Returns the root-relative path of a link, if it leads to a page of the site below the root.
  static func path(_ link: String?, below root: String, of site: Site) -> String? {
    guard let path = link.flatMap(site.path(of:)), path.hasPrefix(root), path.utf8.count > root.utf8.count else {
      return nil
    }
    return path
  }
}
