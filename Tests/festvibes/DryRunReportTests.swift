import Contracts
import Foundation
import Testing
import Time

@testable import festvibes

@Suite("Dry-run report")
struct DryRunReportTests {
  private let item = WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))

  private func lines(
    _ differences: [DryRun.Difference], _ records: RecordCounts, rejections: [LoadReport.Rejection] = [],
    isSuperseded: Bool = false, notice: String? = nil, width: Int? = nil
  ) -> [String] {
    let report = LoadReport(records: records, rejections: rejections, isSuperseded: isSuperseded, notice: notice)
    let outcome = DryRuns.Outcome(
      dryRun: DryRun(report: report, differences: differences), archive: "raw/a.warc.gz")
    let size = width.map { (width: $0, height: 24) }
    return DryRunReport(item: item, outcome: .success(outcome))
      .lines(for: Terminal(isInteractive: width != nil, colors: false, size: size))
  }

  @Test("Each record that would differ is reported with its fields")
  func differences() {
    let differences: [DryRun.Difference] = [
      .init(
        .changed, label: "21:00 Blue Nile: Irma (/events/1)",
        fields: [.init(name: "event_data.genres", before: #"["Jazz"]"#, after: "[]")]),
      .init(.added, label: "--:-- Blue Nile: Kermit (/events/3)"),
      .init(.removed, label: "20:30 Blue Nile: Irma (/events/2)"),
    ]
    let records = RecordCounts(found: 4, new: 1, changed: 1, unchanged: 1, rejected: 1, cancelled: 1)
    let rejection = LoadReport.Rejection(position: 3, reason: "no venue name", key: nil)
    #expect(
      lines(differences, records, rejections: [rejection]) == [
        "✓ 2024-05-31: 4 found = 1 new + 1 changed + 1 unchanged + 1 rejected. 1 cancelled. From raw/a.warc.gz",
        "  ~ 21:00 Blue Nile: Irma (/events/1)",
        #"      event_data.genres: ["Jazz"] → []"#,
        "  + --:-- Blue Nile: Kermit (/events/3)",
        "  - 20:30 Blue Nile: Irma (/events/2)",
        "  ! record 3 would be rejected: no venue name",
      ])
  }

  @Test("A dry run without visible changes says so")
  func unchanged() {
    #expect(lines([], RecordCounts(found: 1, unchanged: 1)).last == "  no record would change")
    #expect(
      lines([], RecordCounts(found: 1, changed: 1)).last == "  the changes would not show in what the cache holds")
    #expect(
      lines([], RecordCounts(found: 1, unchanged: 1), isSuperseded: true).last
        == "  a later listing has been loaded: nothing would change")
  }

  @Test("A notice of the load is shown: fields that most pages have lost would be kept")
  func notice() {
    let notice = "SourceChanged: 4 of 4 venue pages of 2024-05-31 no longer have website"
    #expect(lines([], RecordCounts(found: 1, unchanged: 1), notice: notice)[1] == "  ! \(notice)")
  }

  @Test("Text from pages can neither style the terminal nor break its lines")
  func cleaned() {
    let label = "A\u{1B}[31m\nB " + String(repeating: "long ", count: 40)
    let lines = lines([.init(.added, label: label)], RecordCounts(found: 1, new: 1), width: 60)
    #expect(lines.allSatisfy { TextWidth.of($0) <= 60 && !$0.contains("\u{1B}") && !$0.contains("\n") }, "\(lines)")
    #expect(lines.count > 4)
  }

  @Test("Dates without an archive are to be run; another failure is to be checked")
  func next() {
    let report = { (days: Int, name: PipelineError.Name?) in
      DryRunReport(
        item: WorkItem(date: CalendarDate(daysSinceEpoch: 19_874 + days)),
        outcome: name.map { .failure(PipelineError($0, "no")) }
          ?? .success(.init(dryRun: DryRun(report: LoadReport(records: RecordCounts()), differences: []), archive: "a"))
      )
    }
    let next = { (reports: [DryRunReport], run: String?) in
      DryRunReport.next(after: reports, ofRun: run, " --dataset d").map(\.line)
    }
    let missing = [report(0, .invalidInput), report(1, .invalidInput), report(2, nil)]
    #expect(
      next(missing, nil) == [NextStep("run --start 2024-05-31 --end 2024-06-01 --dataset d").line])
    #expect(next(missing, "cli-1") == [NextStep("status cli-1 --dataset d").line])
    #expect(
      next([report(0, .invalidInput), report(1, .storageUnavailable)], nil) == [NextStep("doctor --dataset d").line])
    #expect(next([report(0, nil)], nil).isEmpty)
  }

  @Test("A failed item is reported by its error name")
  func failed() {
    let report = DryRunReport(item: item, outcome: .failure(PipelineError(.invalidInput, "no archive")))
    #expect(!report.isSuccess)
    #expect(
      report.lines(for: Terminal(isInteractive: false, colors: false, size: nil)) == [
        "✗ 2024-05-31: InvalidInput: no archive"
      ])
  }
}
