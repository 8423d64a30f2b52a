import FoundationEssentials
import Time

/// An event of a calendar.
struct CalendarEvent {
  /// Stays the same when the event moves to another day or hour, so that a calendar moves it, too.
  var uid: String
  var date: CalendarDate
  /// Nil if the source gives no time: the event is then of the whole day.
  var start: Date?
  var isCancelled = false
  /// The time at which the row was last written.
  var changedAt: Date
  var title: String
  var place: String?
  /// Degrees.
  var point: (latitude: Double, longitude: Double)?
  var description: String?
  var genres: [String] = []
  var url: String?

  /// The end of an event is not known, so it has none: RFC 5545 lets it be of its day, or a moment.
  func write(to text: inout CalendarText) {
    text.add("BEGIN", "VEVENT")
    text.add("UID", text: uid)
    text.add("DTSTAMP", Self.stamp(changedAt))
    text.add("LAST-MODIFIED", Self.stamp(changedAt))
    if let start { text.add("DTSTART", Self.stamp(start)) } else { text.add("DTSTART;VALUE=DATE", Self.stamp(date)) }
    text.add("SUMMARY", text: title)
    text.add("STATUS", isCancelled ? "CANCELLED" : "CONFIRMED")
    text.add("LOCATION", text: place)
    if let point { text.add("GEO", "\(Self.degrees(point.latitude));\(Self.degrees(point.longitude))") }
    text.add("CATEGORIES", texts: genres)
    text.add("DESCRIPTION", text: description)
    if let url { text.add("URL", url) }
    // Nobody is busy because a band plays.
    text.add("TRANSP", "TRANSPARENT")
    text.add("END", "VEVENT")
  }

  /// Writes a calendar of events. It has no METHOD: with one, DTSTAMP would be the time of the calendar, not of the event.
  /// - Parameter note: a sentence about the calendar; nil for none.
  static func calendar(_ events: [CalendarEvent], name: String, note: String? = nil) -> [UInt8] {
    var text = CalendarText()
    text.add("BEGIN", "VCALENDAR")
    text.add("VERSION", "2.0")
    text.add("PRODID", "-//FestVibes//FestVibes ETL//EN")
    text.add("CALSCALE", "GREGORIAN")
    text.add("X-WR-CALNAME", text: name)
    text.add("X-WR-CALDESC", text: note)
    text.add("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
    for event in events { event.write(to: &text) }
    if events.isEmpty { for (name, value) in zone { text.add(name, value) } }
    text.add("END", "VCALENDAR")
    return text.bytes
  }

  /// A calendar has at least one component (RFC 5545, 3.4), and one without an event has no other. The rules are those
  /// since 2007; no time refers to them.
  private static let zone = [
    ("BEGIN", "VTIMEZONE"), ("TZID", EventZone.identifier),
    ("BEGIN", "DAYLIGHT"), ("DTSTART", "20070311T020000"), ("RRULE", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
    ("TZOFFSETFROM", "-0600"), ("TZOFFSETTO", "-0500"), ("TZNAME", "CDT"), ("END", "DAYLIGHT"),
    ("BEGIN", "STANDARD"), ("DTSTART", "20071104T020000"), ("RRULE", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    ("TZOFFSETFROM", "-0500"), ("TZOFFSETTO", "-0600"), ("TZNAME", "CST"), ("END", "STANDARD"), ("END", "VTIMEZONE"),
  ]

  /// Six decimals, as RFC 5545 has them, and no exponent.
  private static func degrees(_ value: Double) -> String {
    let millionths = Int((value.magnitude * 1e6).rounded())
    let fraction = String(millionths % 1_000_000 + 1_000_000).dropFirst()
    return "\(value < 0 ? "-" : "")\(millionths / 1_000_000).\(fraction)"
  }

  /// `20240601T010000Z`
  private static func stamp(_ time: Date) -> String {
    RFC3339.utc(time).prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }

  /// `20240531`
  private static func stamp(_ date: CalendarDate) -> String { "\(date)".filter { $0 != "-" } }
}
