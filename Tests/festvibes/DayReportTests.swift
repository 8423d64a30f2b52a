import Contracts
import EventRecords
import Testing
import Time

@testable import festvibes

@Suite("Day report")
struct DayReportTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)

  private func make(
    venue: String, artist: String, time: String?, genres: [String] = [], href: String = ""
  ) -> EventRecord {
    EventRecord(
      artist: .init(), venue: .init(name: venue, href: href), event: .init(eventArtist: artist, genres: genres),
      performanceTime: time, scrapeTime: "2024-05-31T00:00:00Z")
  }

  @Test("A day is a table of times, venues, artists and genres")
  func table() throws {
    let date = try #require(CalendarDate("2024-05-31"))
    let records = [
      make(
        venue: "d.b.a.", artist: "日本 Trio", time: "2024-05-31T18:00:00-05:00", genres: ["Jazz", "Funk"], href: "/o/dba"),
      make(venue: "d.b.a.", artist: "Late\u{1B}[2J Trio", time: nil, href: "/o/dba"),
      make(venue: "Café Nine", artist: "Trio", time: "2024-05-31T22:30:00-05:00", genres: ["Zydeco"]),
    ]
    #expect(
      DayReport(date: date, records: records).lines(for: pipe) == [
        "Friday, 2024-05-31: 3 events at 2 venues",
        "",
        "time   venue      artist         genres",
        "───────────────────────────────────────────",
        "18:00  d.b.a.     日本 Trio      Jazz, Funk",
        "       d.b.a.     Late [2J Trio",
        "22:30  Café Nine  Trio           Zydeco",
      ])
  }

  @Test("An empty day says so")
  func empty() throws {
    let date = try #require(CalendarDate("2024-06-01"))
    #expect(DayReport(date: date, records: []).lines(for: pipe) == ["Saturday, 2024-06-01: no events"])
  }
}
