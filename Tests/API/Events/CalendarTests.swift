import Foundation
import Testing
import Time

@testable import APIEvents

@Suite("iCalendar")
struct CalendarTests {
  private func lines(_ event: CalendarEvent) -> [String] {
    String(decoding: CalendarEvent.calendar([event], name: "Events"), as: UTF8.self).components(separatedBy: "\r\n")
  }

  private let event = CalendarEvent(
    uid: "wwoz/events/12@festvibes", date: CalendarDate(daysSinceEpoch: 19_874),
    start: Date(timeIntervalSince1970: 1_717_203_600),
    changedAt: Date(timeIntervalSince1970: 1_717_000_000), title: "Trio; \"A, B\" at C\\D", place: "C\\D, 1 Rd., NOLA",
    point: (29.5, -90.25), description: "One\r\nTwo\nThree\u{7}", genres: ["Jazz", "R&B, Soul"],
    url: "https://www.wwoz.org/events/12")

  @Test("An event has its moment in UTC, escaped texts, and a stable id")
  func timed() {
    let lines = lines(event)
    for line in [
      "UID:wwoz/events/12@festvibes", "DTSTAMP:20240529T162640Z", "DTSTART:20240601T010000Z",
      #"SUMMARY:Trio\; "A\, B" at C\\D"#, #"LOCATION:C\\D\, 1 Rd.\, NOLA"#, "GEO:29.500000;-90.250000",
      #"DESCRIPTION:One\nTwo\nThree"#, #"CATEGORIES:Jazz,R&B\, Soul"#, "STATUS:CONFIRMED",
      "URL:https://www.wwoz.org/events/12",
    ] { #expect(lines.contains(line), "\(line)") }
    #expect(lines.first == "BEGIN:VCALENDAR")
    #expect(lines.suffix(2) == ["END:VCALENDAR", ""])
  }

  @Test("Odd values keep to the form, and the time of the event is that of its last change")
  func odd() {
    var event = event
    event.uid = "a,b;c\\d@festvibes"
    event.point = (0.00001, -90.1234567)
    event.description = "a\u{7F}b"
    let lines = lines(event)
    for line in [
      #"UID:a\,b\;c\\d@festvibes"#, "GEO:0.000010;-90.123457", "DESCRIPTION:ab", "LAST-MODIFIED:20240529T162640Z",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(!lines.contains { $0.hasPrefix("METHOD") || $0.hasPrefix("X-WR-CALDESC") })
    let cut = String(
      decoding: CalendarEvent.calendar([event], name: "Events", note: "Only the first"), as: UTF8.self)
    #expect(cut.contains("X-WR-CALDESC:Only the first\r\n"))
  }

  @Test("One without a time is of the whole day; a cancelled one stays, crossed out; what is unknown is not there")
  func sparse() {
    var event = event
    (event.start, event.point, event.description, event.place) = (nil, nil, nil, nil)
    (event.genres, event.url, event.isCancelled) = ([], nil, true)
    let lines = lines(event)
    #expect(lines.contains("DTSTART;VALUE=DATE:20240531"))
    #expect(lines.contains("STATUS:CANCELLED"))
    for name in ["GEO", "DESCRIPTION", "LOCATION", "CATEGORIES", "URL"] {
      #expect(!lines.contains { $0.hasPrefix(name) }, "\(name)")
    }
  }

  @Test("A calendar without an event has its time zone, the one component that it can have; one with events has none")
  func empty() {
    let text = String(decoding: CalendarEvent.calendar([], name: "Events"), as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n")
    #expect(
      lines.filter { $0.hasPrefix("BEGIN:") }.map { $0.dropFirst(6) }
        == ["VCALENDAR", "VTIMEZONE", "DAYLIGHT", "STANDARD"])
    #expect(lines.contains("TZID:\(EventZone.identifier)"))
    #expect(lines.suffix(3) == ["END:VTIMEZONE", "END:VCALENDAR", ""])
    #expect(!self.lines(event).contains("BEGIN:VTIMEZONE"))
  }

  @Test("Lines have at most 75 octets and whole characters; unfolded they are what they were")
  func folding() throws {
    var event = event
    event.description = String(repeating: "Ärger 🎷 ", count: 40)
    let text = String(decoding: CalendarEvent.calendar([event], name: "Events"), as: UTF8.self)
    for line in text.components(separatedBy: "\r\n") {
      #expect(line.utf8.count <= 75)
      #expect(!line.unicodeScalars.contains("\u{FFFD}"))
    }
    let unfolded = text.replacingOccurrences(of: "\r\n ", with: "")
    #expect(unfolded.contains("DESCRIPTION:\(event.description ?? "")\r\n"))
  }

  @Test("A line end in an address or an id begins no other property")
  func injection() {
    var event = event
    event.url = "https://x.example/\r\nATTACH:evil"
    event.uid = "a\nSUMMARY:evil"
    #expect(!lines(event).contains { $0.hasPrefix("ATTACH") || $0.hasPrefix("SUMMARY:evil") })
  }
}
