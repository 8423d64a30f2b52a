import Contracts
import EventRecords
import Testing

@testable import ConcertsSink

/// The comparison of two states of a date, without a database.
@Suite("Differences between events")
struct DifferencesTests {
  private func event(
    _ href: String, artist: String = "Irma", time: String? = "2024-05-31T20:30:00-05:00", description: String = "",
    genres: [String] = [], scraped: String = "2024-05-30T03:00:00-05:00"
  ) -> EventRecord {
    EventRecord(
      artist: .init(name: artist), venue: .init(name: "Blue Nile"),
      event: .init(date: "2024-05-31", href: href, eventArtist: artist, description: description, genres: genres),
      performanceTime: time, scrapeTime: scraped)
  }

  @Test("Added and removed events are listed, and changed events with every field that differs, except the scrape time")
  func fields() throws {
    let before = [
      event("/events/0", scraped: "2024-05-29T03:00:00-05:00"), event("/events/1", genres: ["Jazz"]),
      event("/events/2"),
    ]
    let after = [
      event("/events/0"), event("/events/1", time: "2024-05-31T21:00:00-05:00", description: "Late"),
      event("/events/3", artist: "Kermit", time: nil),
    ]
    #expect(
      try [DryRun.Difference].between(before, after) == [
        .init(
          .changed, label: "21:00 Blue Nile: Irma (/events/1)",
          fields: [
            .init(name: "event_data.description", before: #""""#, after: #""Late""#),
            .init(name: "event_data.genres", before: #"["Jazz"]"#, after: "[]"),
            .init(
              name: "performance_time", before: #""2024-05-31T20:30:00-05:00""#,
              after: #""2024-05-31T21:00:00-05:00""#),
          ]),
        .init(.added, label: "--:-- Blue Nile: Kermit (/events/3)"),
        .init(.removed, label: "20:30 Blue Nile: Irma (/events/2)"),
      ])
  }

  @Test("A field that only one state has differs from null")
  func missingField() throws {
    let differences = try [DryRun.Difference].between([event("/events/1")], [event("/events/1", time: nil)])
    #expect(
      differences.first?.fields == [
        .init(name: "performance_time", before: #""2024-05-31T20:30:00-05:00""#, after: "null")
      ])
  }

  @Test("Events without an address are not confused with each other")
  func withoutAddress() throws {
    let day = [event("", artist: "Irma"), event("", artist: "Kermit"), event("/events/1")]
    #expect(try [DryRun.Difference].between(day, day).isEmpty)
    #expect(
      try [DryRun.Difference].between(day, [day[0], day[2]]) == [
        .init(.removed, label: "20:30 Blue Nile: Kermit ()")
      ])
  }
}
