import Foundation
import Contracts
import Settings
import EventRecords
import Testing
import Time

@testable import ConcertsSink
@testable import festvibes

@Suite struct RehearsalReportTests {
  private let date = CalendarDate(daysSinceEpoch: 19_874)

  private func show(
    _ href: String, act: String = "Irma", time: String? = "2024-05-31T20:30:00-05:00", description: String = "",
    genres: [String] = [], read: String = "2024-05-30T03:00:00-05:00"
  ) -> EventRecord {
    EventRecord(
      artist: .init(name: act), venue: .init(name: "Blue Nile"),
      event: .init(date: "2024-05-31", href: href, eventArtist: act, description: description, genres: genres),
      performanceTime: time, scrapeTime: read)
  }

  private func lines(
    _ before: [EventRecord], _ after: [EventRecord], _ events: RecordCounts, cancelled: Int = 0, rejections: [Rejection] = [],
    isSuperseded: Bool = false, width: Int? = nil
  ) -> [String] {
    let report = LoadReport(
      counts: LoadCounts(events: events, cancelled: cancelled), rejections: rejections, isSuperseded: isSuperseded)
    let outcome = DryRuns.Outcome(
      dryRun: DryRun(report: report, before: before, after: after), archive: "raw/a.warc.gz")
    let size = width.map { (width: $0, height: 24) }
    return DryRunReport(date: date, outcome: .success(outcome))
      .lines(for: Terminal(isInteractive: width != nil, colors: false, size: size))
  }

  @Test func eachShowThatWouldDifferIsToldWithItsFieldsAndOthersAreNot() {
    let same = show("/events/0", read: "2024-05-29T03:00:00-05:00")
    let before = [same, show("/events/1", genres: ["Jazz"]), show("/events/2")]
    let after = [
      show("/events/0"), show("/events/1", time: "2024-05-31T21:00:00-05:00", description: "Late", genres: []),
      show("/events/3", act: "Kermit", time: nil),
    ]
    let recordCounts = RecordCounts(found: 4, new: 1, changed: 1, unchanged: 1, rejected: 1)
    let rejected = Rejection(position: 3, reason: .noVenueName, href: nil)
    #expect(
      lines(before, after, recordCounts, cancelled: 1, rejections: [rejected]) == [
        "✓ 2024-05-31: 4 found = 1 new + 1 changed + 1 unchanged + 1 rejected. 1 cancelled. From raw/a.warc.gz",
        "  ~ 21:00 Blue Nile: Irma (/events/1)",
        #"      event_data.description: "" → "Late""#,
        #"      event_data.genres: ["Jazz"] → []"#,
        #"      performance_time: "2024-05-31T20:30:00-05:00" → "2024-05-31T21:00:00-05:00""#,
        "  + --:-- Blue Nile: Kermit (/events/3)",
        "  - 20:30 Blue Nile: Irma (/events/2)",
        "  ! record 3 would be rejected: no venue name",
      ])
  }

  @Test func nothingIsSaidToChangeOnlyWhereNothingDoes() {
    let day = [show("/events/1")]
    #expect(lines(day, day, RecordCounts(found: 1, unchanged: 1)).last == "  no show would change")
    #expect(
      lines(day, day, RecordCounts(found: 1, changed: 1)).last == "  what would change is nothing that the cached day shows")
    #expect(
      lines(day, day, RecordCounts(found: 1, unchanged: 1), isSuperseded: true).last
        == "  a later listing has been loaded: nothing would change")
  }

  @Test func showsWithoutAnAddressAreNotTakenForOneAnother() throws {
    let day = [show("", act: "Irma"), show("", act: "Kermit"), show("/events/1")]
    #expect(try EventDifference.between(day, day).isEmpty)
    let fewer = try EventDifference.between(day, [day[0], day[2]])
    #expect(fewer == [EventDifference(event: day[1], change: .removed)])
  }

  @Test func whatThePagesSayCannotStyleTheTerminalNorBreakItsLines() {
    let after = [show("/events/1", act: "A\u{1B}[31m\nB " + String(repeating: "long ", count: 40))]
    let lines = lines([], after, RecordCounts(found: 1, new: 1), width: 60)
    #expect(lines.allSatisfy { TextWidth.of($0) <= 60 && !$0.contains("\u{1B}") && !$0.contains("\n") }, "\(lines)")
    #expect(lines.count > 4)
  }

  @Test func aFailedDateIsToldByItsErrorsName() {
    let report = DryRunReport(date: date, outcome: .failure(PipelineError(.invalidInput, "no archive")))
    #expect(!report.isSuccess)
    #expect(
      report.lines(for: Terminal(isInteractive: false, colors: false, size: nil)) == [
        "✗ 2024-05-31: InvalidInput: no archive"
      ])
  }
}
