import EventRecords
import Time

/// A cached day as a table.
struct DayReport {
  let date: CalendarDate
  let records: [EventRecord]
  /// True if texts are not cut.
  var isWide = false

  func lines(for terminal: Terminal) -> [String] {
    let title = Style.bold.apply(self.title, colors: terminal.colors)
    guard !records.isEmpty else { return [title] }
    var table = TextTable([
      .init(title: "time"), .init(title: "venue", minimum: 12), .init(title: "artist", minimum: 16),
      .init(title: "genres", minimum: 8),
    ])
    for record in records {
      table.rows.append([
        .init(Self.time(record)), .init(record.venue.name), .init(Self.artist(record)),
        .init(record.event.genres.joined(separator: ", "), .dim),
      ])
    }
    return [title, ""] + table.lines(width: isWide ? nil : terminal.size?.width, colors: terminal.colors)
  }

  private var title: String {
    let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    let day = "\(days[date.weekday]), \(date)"
    guard !records.isEmpty else { return "\(day): no events" }
    let venues = Set(records.map { $0.venue.href.isEmpty ? $0.venue.name : $0.venue.href }).count
    return "\(day): \(records.count == 1 ? "1 event" : "\(records.count) events") at "
      + (venues == 1 ? "1 venue" : "\(venues) venues")
  }

  /// The local time of the event: the record has the offset of the venue's zone.
  private static func time(_ record: EventRecord) -> String {
    guard let time = record.performanceTime, let clock = time.split(separator: "T").dropFirst().first else { return "" }
    return String(clock.prefix(5))
  }

  private static func artist(_ record: EventRecord) -> String {
    [record.event.eventArtist, record.venue.eventArtist, record.artist.name].first { !$0.isEmpty } ?? ""
  }
}
