import AWS
import Contracts
import Foundation
import TestSupport
import Testing

@testable import festvibes

@Suite("Run report")
struct RunReportTests {
  private func lines(_ progress: RunProgress, width: Int? = nil, isFull: Bool = false) -> [String] {
    RunReport(progress: progress, dataset: .wwoz, now: start + 99, isFull: isFull).lines(
      for: Terminal(isInteractive: width != nil, colors: false, size: width.map { ($0, 24) }))
  }

  @Test("The table has a row for each item, and the totals")
  func table() {
    let progress = makeProgress(
      [
        makeItem(1, .done(makeOutcome(found: 118, new: 100, rejected: 2))), makeItem(2, .done(makeOutcome(found: 0))),
        makeItem(3, .failed("SourceChanged")), makeItem(4, .failed("SourceChanged")),
        makeItem(5, .done(makeOutcome(found: 20, cancelled: 1, pagesFailed: 3))),
      ], status: .succeeded, endedAfter: 83)
    #expect(
      lines(progress) == [
        "date          found  new  changed  unchanged  rejected  cancelled  cached  pages failed",
        "───────────────────────────────────────────────────────────────────────────────────────",
        "✓ 2024-05-01    118  100        0         16         2          0     116             0",
        "~ 2024-05-02      0    0        0          0         0          0       0             0",
        "✗ 2024-05-03  failed in scrape: SourceChanged",
        "✗ 2024-05-04  failed in scrape: SourceChanged",
        "✓ 2024-05-05     20    0        0         20         0          1      20             3",
        "───────────────────────────────────────────────────────────────────────────────────────",
        "total           138  100        0         36         2          1     136             3",
        "",
        "✓ done   ~ empty or incomplete   ✗ not done",
        "2024-05-02: the source lists no events.",
        "2 records rejected: \(NextStep("rejected --run cli-1").command)",
        "1 event cancelled: no longer listed, kept in the database with a mark.",
        "3 detail pages could not be read: known details were kept, new events lack theirs. "
          + "The scraper's log has the reasons ('page not read').",
        "2024-05-03, 2024-05-04: SourceChanged: no frame",
        "partial: 5 dates in 1 min 23 s, 3 done, 2 failed. 138 found = 100 new + 0 changed + 36 unchanged + 2 rejected.",
      ])
    #expect(!progress.isSuccess)
  }

  @Test(
    "What is cancelled is where the dataset's sinks leave it",
    arguments: [
      (["concerts"], "kept in the database with a mark"), (["postgres"], "kept in the database with a mark"),
      (["dynamodb", "json_lines", "objects"], "deleted from dynamodb"),
      (["dynamodb", "postgres"], "deleted from dynamodb, kept in the database with a mark"),
    ])
  func cancelled(_ sinks: [String], _ place: String) {
    let dataset = Dataset(
      id: "weeks", dataType: "sessions", timeZone: "America/Los_Angeles", extractor: "http", sinks: sinks,
      hasDates: false)
    let progress = makeProgress([makeItem(1, .done(makeOutcome(cancelled: 2)))], status: .succeeded, endedAfter: 2)
    let lines = RunReport(progress: progress, dataset: dataset, now: start + 99)
      .lines(for: Terminal(isInteractive: false, colors: false, size: nil))
    #expect(lines.contains("2 sessions cancelled: no longer listed, \(place)."))
  }

  @Test("A date that was stopped with its run says so, and is none of the dates that made the run fail")
  func stoppedItem() {
    let progress = makeProgress(
      [makeItem(1, .aborted(in: .stage(.load))), makeItem(2, .failed("SourceChanged"))], status: .failed,
      failure: RunFailure(error: "States.ExceedToleratedFailureThreshold", cause: nil), endedAfter: 2)
    #expect(lines(progress)[2] == "✗ 2024-05-01  aborted in load: begun, and stopped with its run")
    #expect(progress.failed.map(\.item) == ["2024-05-02"] && progress.aborted == ["2024-05-01"])
    #expect(
      lines(progress).suffix(2) == [
        "2024-05-02: SourceChanged: no frame",
        "2 dates in 2.0 s, 0 done, 1 failed, 1 aborted. The run failed: States.ExceedToleratedFailureThreshold: 1 of 2 items failed; at most "
          + "10 % may.",
      ])
  }

  @Test("A run with pages that could not be read does not look complete")
  func unreadPages() {
    func verdict(_ pagesFailed: Int) -> String? {
      let progress = makeProgress(
        [makeItem(1, .done(makeOutcome(pagesFailed: pagesFailed)))], status: .succeeded, endedAfter: 2)
      let terminal = Terminal(isInteractive: true, colors: true, size: (120, 24))
      return RunReport(progress: progress, dataset: .wwoz, now: start + 99).lines(for: terminal).last
    }
    let text = "1 date in 2.0 s, all done. 7 found = 0 new + 0 changed + 7 unchanged + 0 rejected."
    #expect(verdict(0) == Style.green.apply(text, colors: true))
    #expect(verdict(1) == Style.yellow.apply(text, colors: true))
  }

  @Test("A run without failures says so")
  func success() {
    let progress = makeProgress([makeItem(1, .done(makeOutcome()))], status: .succeeded, endedAfter: 2)
    #expect(
      lines(progress).last == "1 date in 2.0 s, all done. 7 found = 0 new + 0 changed + 7 unchanged + 0 rejected.")
    #expect(progress.isSuccess)
  }

  @Test("A run whose cache may be old says so")
  func oldCache() {
    let progress = makeProgress(
      [makeItem(1, .done(makeOutcome()))], status: .succeeded,
      failure: RunFailure(incomplete: #"CacheUnavailable: {"errorMessage":"away"}"#), endedAfter: 2)
    #expect(
      lines(progress).last
        == "partial: 1 date in 2.0 s, all done. The cache may be older than the database: CacheUnavailable: away. "
        + "7 found = 0 new + 0 changed + 7 unchanged + 0 rejected.")
    #expect(!progress.isSuccess)
  }

  @Test("A reason that is a question gets no full stop")
  func question() {
    let progress = makeProgress(
      [makeItem(1, .done(makeOutcome()))], status: .succeeded,
      failure: RunFailure(incomplete: #"DatabaseUnavailable: {"errorMessage":"is Postgres running there?"}"#),
      endedAfter: 2)
    #expect(lines(progress).last?.contains("is Postgres running there? 7 found") == true)
    #expect("away".asSentence == "away." && "cut…".asSentence == "cut…")
  }

  @Test("A run that failed before its items were known says why")
  func noItems() {
    let progress = makeProgress(
      [], status: .failed, failure: RunFailure(name: "InvalidInput", message: "no"), endedAfter: 1)
    #expect(lines(progress) == ["The run failed: InvalidInput: no"])
    #expect(!progress.isSuccess)
  }

  @Test("Notices stand under the table, each once, and the outcome counts the incomplete items; the run is partial")
  func notices() {
    let slow = "robots.txt asks for 60 s between two requests: 5 of 40 pages were read"
    let progress = makeProgress(
      (1...5).map { makeItem($0, .done(makeOutcome(notice: slow))) }
        + [
          makeItem(6, .done(makeOutcome(notice: "the venues lost their address"))), makeItem(7, .done(makeOutcome())),
        ],
      status: .succeeded, endedAfter: 2)
    let shown = lines(progress)
    #expect(shown[2].hasPrefix("~ 2024-05-01 ") && shown[8].hasPrefix("✓ 2024-05-07 "))
    #expect(shown.contains("2024-05-01, 2024-05-02, 2024-05-03 and 2 more: incomplete: \(slow)"))
    #expect(shown.contains("2024-05-06: incomplete: the venues lost their address"))
    #expect(
      shown.last
        == "partial: 7 dates in 2.0 s, all done, 6 incomplete. 49 found = 0 new + 0 changed + 49 unchanged + 0 rejected."
    )
    #expect(progress.outcome == .partial)
    let empty = makeOutcome(found: 0, notice: slow)
    #expect(
      !lines(makeProgress([makeItem(1, .done(empty))], status: .succeeded, endedAfter: 2)).contains {
        $0.contains("lists no events")
      })
    let failed = makeProgress(
      [makeItem(1, .done(makeOutcome(notice: slow))), makeItem(2, .failed("SourceChanged"))], status: .succeeded,
      endedAfter: 2)
    #expect(lines(failed).last?.hasPrefix("partial: 2 dates in 2.0 s, 1 done, 1 incomplete, 1 failed. ") == true)
  }

  @Test("Items that a failed run never started are shown")
  func notStarted() {
    let threshold = RunFailure(error: "States.ExceedToleratedFailureThreshold", cause: "The specified…")
    let progress = makeProgress(
      [makeItem(1, .failed("SourceUnavailable", in: nil)), makeItem(2, .waiting)], status: .failed, failure: threshold,
      endedAfter: 5)
    let shown = lines(progress)
    #expect(shown[2] == "✗ 2024-05-01  failed: SourceUnavailable")
    #expect(shown[3] == "✗ 2024-05-02  not tried")
    #expect(
      shown.last
        == "2 dates in 5.0 s, 0 done, 1 failed, 1 not tried. The run failed: States.ExceedToleratedFailureThreshold: 1 of 2 items failed; at most 10 % may."
    )
    #expect(progress.isSettled)
  }

  @Test("On a narrow terminal the table is narrower")
  func narrow() {
    let progress = makeProgress(
      [makeItem(1, .done(makeOutcome(found: 118, new: 100, rejected: 2))), makeItem(3, .failed("SourceUnavailable"))],
      status: .succeeded, endedAfter: 83)
    #expect(
      lines(progress, width: 80)[..<4] == [
        "date          found  new  changed  same  rejected  cancelled  cached  unread",
        "────────────────────────────────────────────────────────────────────────────",
        "✓ 2024-05-01    118  100        0    16         2          0     116       0",
        "✗ 2024-05-03  failed in scrape: SourceUnavailable",
      ])
    #expect(
      lines(progress, width: 60)[..<4] == [
        "date          found  new  chgd  same  rej  canc  unread",
        "───────────────────────────────────────────────────────",
        "✓ 2024-05-01    118  100     0    16    2     0       0",
        "✗ 2024-05-03  failed in scrape: SourceUnavailable",
      ])
  }

  @Test("No line is wider than the terminal")
  func width() {
    let threshold = RunFailure(error: "States.ExceedToleratedFailureThreshold", cause: "")
    let progress = makeProgress(
      [
        makeItem(1, .done(makeOutcome(found: 99_999, new: 10_000, rejected: 2000, cancelled: 300, pagesFailed: 4000))),
        makeItem(3, .failed("SourceUnavailable", "a long story", in: .load)), makeItem(4, .running(.load)),
      ], status: .failed, failure: threshold, endedAfter: 83)
    for width in 43...100 {
      // The program's path is one word, and as long as it is.
      for line in lines(progress, width: width) where !line.contains(NextStep.call()) {
        #expect(TextWidth.of(line) <= width, "\(width): \(line)")
      }
    }
  }

  @Test("A long cause is cut, and shown in full only for one run")
  func longCause() {
    let cause = Array(repeating: "state", count: 1000).joined(separator: " ")
    let progress = makeProgress(
      [makeItem(1, .failed(RunFailure(name: "States.Runtime", message: cause), in: .state("ItemDone")))],
      status: .succeeded, endedAfter: 5)
    let brief = lines(progress)
    #expect(brief[2] == "✗ 2024-05-01  failed in ItemDone: States.Runtime")
    #expect(brief.contains { $0.hasPrefix("2024-05-01: States.Runtime: state state") && $0.count < 220 })
    #expect(brief.contains("In full: \(NextStep("status cli-1").command)"))
    #expect(!brief.contains { $0.count > 220 })
    let full = lines(progress, isFull: true)
    #expect(full.contains("2024-05-01: States.Runtime: \(cause)"))
    #expect(!full.contains { $0.hasPrefix("In full") })
  }

  @Test("Thirty items with one error name it once")
  func grouped() {
    let failures = (1...30).map { (item: "d\($0)", failure: RunFailure(name: "SourceUnavailable", message: "away")) }
    #expect(RunReport.grouped(failures) == ["d1, d2, d3 and 27 more: SourceUnavailable: away"])
  }

  @Test("A run in progress is not reported as finished")
  func running() {
    #expect(
      lines(makeProgress([makeItem(1, .running(.load))])).last == "1 date, 0 done after 1 min 39 s; it continues.")
  }
}
