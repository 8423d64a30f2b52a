import Foundation
import Testing

extension APIEventsTests {
  @Suite("GET /events.ics")
  struct CalendarRouteTests {
    private let world: EventWorld

    init() throws { world = try EventWorld() }

    @Test("The calendar of a day has the cancelled event too, crossed out")
    func calendar() {
      let response = world.response("/events.ics?date=2024-05-31")
      let text = String(decoding: response.body, as: UTF8.self)
      #expect(response.headers["content-type"] == "text/calendar; charset=utf-8")
      #expect(text.components(separatedBy: "BEGIN:VEVENT").count == 6)
      #expect(text.contains("UID:wwoz/events/1@festvibes\r\n"))
      #expect(text.contains("DTSTART:20240601T010000Z\r\nSUMMARY:Stooges at d.b.a.\r\n"))
      #expect(text.contains("STATUS:CANCELLED"))
      #expect(text.contains("X-WR-CALNAME:Events of 2024-05-31"))
      #expect(
        String(decoding: world.response("/events.ics?from=2024-06-01").body, as: UTF8.self).contains("/events/6@"))
      #expect(!String(decoding: world.response("/events.ics").body, as: UTF8.self).contains("/events/7@"))
    }

    @Test(
      "A calendar's name has what was asked for",
      arguments: [
        ("from=2024-05-31&to=2024-06-02", "Events from 2024-05-31 to 2024-06-02"), ("", "Events"),
        ("date=2024-05-31&genre=brass%20band", "Events of 2024-05-31: brass band"),
        ("venue=3&artist=1", #"Events: Stooges\, at Maple Leaf"#),
        ("venue=99&artist=98", #"Events: artist 98\, at venue 99"#),
        ("q=a;b%5C&to=2024-06-02", #"Events to 2024-06-02: "a\;b\\""#),
        ("near=29.9640,-90.0580&within=500", #"Events: within 500 m of 29.9640\,-90.0580"#),
        (
          "starts_after=2024-05-31T22:00:00Z&starts_before=2024-06-01T03:00:00-05:00",
          #"Events: after 2024-05-31 22:00 UTC\, before 2024-06-01 08:00 UTC"#
        ),
      ])
    func calendarName(query: String, name: String) {
      let response = world.response("/events.ics?\(query)")
      let text = String(decoding: response.body, as: UTF8.self).replacingOccurrences(of: "\r\n ", with: "")
      #expect(text.contains("\r\nX-WR-CALNAME:\(name)\r\n"), "\(text.prefix(300))")
    }

    @Test("A calendar without an end has 30 days from its first moment on; one with a last moment ends there")
    func calendarDays() throws {
      try world.run(
        """
        insert into events
          (id, source, wwoz_event_href, artist_name, event_date, performance_time, status, last_written)
        values (8, 'wwoz', '/events/8', 'July', '2024-07-10', '2024-07-11 01:00Z', 'scheduled', now())
        """)
      func hasJuly(_ query: String) -> Bool {
        String(decoding: world.response("/events.ics?\(query)").body, as: UTF8.self).contains("/events/8@")
      }
      #expect(!hasJuly(""))
      #expect(hasJuly("starts_after=2024-06-12T05:00:00Z"))
      #expect(!hasJuly("starts_after=2024-06-11T04:59:59Z"))
      #expect(hasJuly("from=2024-01-01&starts_after=2024-06-12T05:00:00Z"))
      #expect(hasJuly("from=2024-06-12&starts_after=2024-01-01T05:00:00Z"))
      #expect(!hasJuly("from=2024-06-10&starts_after=2024-01-01T05:00:00Z"))
      #expect(hasJuly("starts_before=2024-07-11T01:00:00Z"))
      #expect(!hasJuly("starts_before=2024-07-11T00:59:59Z"))
    }
  }
}
