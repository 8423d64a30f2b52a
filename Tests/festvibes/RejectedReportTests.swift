import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import festvibes

@Suite("Rejected report")
struct RejectedReportTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)
  private let item = WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))

  private func make(
    _ record: String?, href: String? = nil, reason: String = "no venue name", resolution: String? = nil
  ) -> QuarantinedRecord {
    QuarantinedRecord(
      item: item, rawKey: "raw/1.json", run: "cli-1", position: 7, reason: reason, href: href, record: record,
      rejectedAt: Date(timeIntervalSince1970: 1_717_146_000),
      resolution: resolution.map { .init(kind: $0, at: Date(), rawKey: nil, run: nil) })
  }

  private static let shapes: [(record: String?, event: String, artist: String, venue: String)] = [
    // A record of an extract document, and the same by the legacy system.
    (
      #"{"artist_data":{"name":"Trio"},"venue_data":{"name":"d.b.a."},"event_data":{"wwoz_event_href":"/events/1"}}"#,
      "/events/1", "Trio", "d.b.a."
    ),
    (#"{"artist_data":{"name":""},"venue_data":{"event_artist":"Duo"},"event_data":{}}"#, "", "Duo", ""),
    // A row that the extractor could not read.
    (#"{"reason":"no artist","href":"/events/2","text":"8:00pm"}"#, "/events/2", "", ""),
    (#"{"reason":"no link","text":"Some band 8:00pm"}"#, "Some band 8:00pm", "", ""),
    // Of an unknown shape: the values, in the order of their names.
    (#"{"b":[1,{"c":"x"}],"a":"y","d":null}"#, "y, 1, x", "", ""),
    (#""only a text""#, "only a text", "", ""), ("17", "17", "", ""), ("{not JSON", "", "", ""), (nil, "", "", ""),
  ]

  @Test("Event, artist and venue are read from every shape of record", arguments: shapes.indices)
  func eachShape(_ index: Int) {
    let expected = Self.shapes[index]
    let summary = RejectedSummary(make(expected.record))
    #expect([summary.event, summary.artist, summary.venue] == [expected.event, expected.artist, expected.venue])
  }

  @Test("The key that the ledger knows comes first")
  func href() {
    #expect(RejectedSummary(make(#"{"text":"8:00pm"}"#, href: "/events/9")).event == "/events/9")
  }

  @Test("At 80 columns there is no JSON, and each row has item, event, artist, venue and reason")
  func narrow() throws {
    let record = make(
      #"{"artist_data":{"name":"The Very Long Name of a Brass Band Orchestra"},"venue_data":{"name":"A Venue With a Name"}}"#,
      href: "/events/1234567", reason: "the event's time is not RFC 3339: 'soon'")
    let terminal = Terminal(isInteractive: true, colors: false, size: (80, 24))
    let lines = RejectedReport(records: [record], dataset: .wwoz, isOfRun: false).lines(for: terminal)
    #expect(lines.allSatisfy { TextWidth.of($0) <= 80 && !$0.contains("{") })
    #expect(lines[0].split(separator: " ") == ["item", "event", "artist", "venue", "reason"])
    #expect(lines[2].hasPrefix("2024-05-31  /events/1"))
    #expect(lines[2].contains("The Very L"))
    #expect(lines.last?.hasPrefix("--wide ") == true)
  }

  @Test("Wide, nothing is cut, and each row has its document")
  func wide() {
    let reason = String(repeating: "reason ", count: 40)
    let record = make(#"{"artist_data":{"name":"Trio"}}"#, reason: reason)
    let terminal = Terminal(isInteractive: true, colors: false, size: (80, 24))
    let lines = RejectedReport(records: [record], dataset: .wwoz, isOfRun: false, isWide: true).lines(for: terminal)
    #expect(lines[2].contains(reason))
    #expect(lines[2].hasSuffix("7  raw/1.json"))
  }

  @Test("Of a run, each row says what became of the record")
  func ofRun() {
    let report = RejectedReport(
      records: [make(#"{"text":"a"}"#), make(#"{"text":"b"}"#, resolution: "loaded")], dataset: .wwoz, isOfRun: true)
    let lines = report.lines(for: pipe)
    #expect(lines[2] == "2024-05-31  a                     no venue name  open")
    #expect(lines[3] == "2024-05-31  b                     no venue name  loaded")
    #expect(
      RejectedReport(records: [], dataset: .wwoz, isOfRun: false).lines(for: pipe) == [
        "No record of the dataset wwoz is in quarantine."
      ])
  }
}
