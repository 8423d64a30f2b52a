import Time

/// A row of the listing as it stands on the page, before it is judged. Nil is what is not there.
struct WWOZRow: Equatable {
  var venue = ""
  var venueLink: String?
  var act = ""
  var link: String?
  /// `Friday, May 31 at 3:00pm`.
  var when: String?
  /// The month and the day of the little calendar page at its side: `May 31`.
  var calendarPage = ""

  enum Verdict: Equatable {
    /// A show, and what may be wrong with it.
    case show(WWOZListing.Show, remark: String?)
    case rejected(String)
  }

  /// Whether the row is a show of the day.
  ///
  /// The row's own month and day decide. So `Friday, May 31 at 12:30am` is the first hour of Friday, as it says, though
  /// whoever wrote it may have meant the night that follows; and a row of another day is none of this day's shows.
  func verdict(on date: CalendarDate, of site: Site) -> Verdict {
    guard let path = Self.path(link, below: "/events/", of: site) else {
      return .rejected(link == nil ? "'\(act)' has no link" : "'\(act)' has no link to an event")
    }
    if act.isEmpty { return .rejected("no act is named") }
    if venue.isEmpty { return .rejected("no venue is named") }
    let when = WWOZDateTime(when ?? "")
    guard let (month, day) = when.monthAndDay ?? WWOZDateTime(calendarPage).monthAndDay else {
      return .rejected("no day is named")
    }
    guard (month, day) == (date.month, date.day) else {
      return .rejected("it is of another day: '\(self.when ?? calendarPage)'")
    }

    var remark: String?
    var time: ClockTime?
    switch when.time {
    case .at(let clear): time = clear
    case .toBeAnnounced: break
    case .missing: remark = "no time is given"
    case .unclear(let text): remark = "the time '\(text)' is not clear"
    }
    let venuePath = Self.path(venueLink, below: "/organizations/", of: site)
    if venuePath == nil { remark = remark ?? "its venue '\(venue)' has no link" }
    return .show(
      WWOZListing.Show(venue: venue, venuePath: venuePath ?? "", act: act, path: path, time: time), remark: remark)
  }

  static func path(_ link: String?, below root: String, of site: Site) -> String? {
    guard let path = link.flatMap(site.path(of:)), path.hasPrefix(root), path.utf8.count > root.utf8.count else {
      return nil
    }
    return path
  }
}
