import AWS
import Foundation
import Testing

@testable import festvibes

@Suite struct RunReportTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)

  private func lines(_ progress: RunProgress) -> [String] {
    RunReport(progress: progress, now: start + 99).lines(for: pipe)
  }

  @Test func theTableHasARowForEachDateAndTheTotals() {
    let progress = makeProgress(
      [
        makeDate(1, .done(makeOutcome(found: 118, new: 100, rejected: 2))), makeDate(2, .done(makeOutcome(found: 0))),
        makeDate(3, .failed("SourceChanged")), makeDate(4, .failed("SourceChanged")),
        makeDate(5, .done(makeOutcome(found: 20, pagesFailed: 3))),
      ], status: .succeeded, endedAfter: 83)
    #expect(
      lines(progress) == [
        "date          found  new  changed  unchanged  rejected  cached  pages failed",
        "────────────────────────────────────────────────────────────────────────────",
        "✓ 2024-05-01    118  100        0         16         2     116             0",
        "✓ 2024-05-02      0    0        0          0         0       0             0",
        "✗ 2024-05-03  failed in scrape: SourceChanged",
        "✗ 2024-05-04  failed in scrape: SourceChanged",
        "✓ 2024-05-05     20    0        0         20         0      20             3",
        "────────────────────────────────────────────────────────────────────────────",
        "total           138  100        0         36         2     136             3",
        "",
        "3 detail pages could not be read: their events are there, without what those pages tell.",
        "2024-05-03, 2024-05-04: SourceChanged: no frame",
        "5 dates in 1 min 23 s, 3 done, 2 failed.",
      ])
    #expect(!progress.isSuccess)
  }

  @Test func aRunWithoutFaultSaysSo() {
    let progress = makeProgress([makeDate(1, .done(makeOutcome()))], status: .succeeded, endedAfter: 2)
    #expect(lines(progress).last == "1 date in 2.0 s, all done.")
    #expect(progress.isSuccess)
  }

  @Test func aRunThatNeverCameToItsDatesSaysWhy() {
    let progress = makeProgress(
      [], status: .failed, failure: RunFailure(name: "InvalidInput", message: "no"), endedAfter: 1)
    #expect(lines(progress) == ["The run failed: InvalidInput: no"])
    #expect(!progress.isSuccess)
  }

  @Test func datesThatAFailedRunNeverBeganAreShown() {
    let threshold = RunFailure(error: "States.ExceedToleratedFailureThreshold", cause: "The specified…")
    let progress = makeProgress(
      [makeDate(1, .failed("SourceUnavailable", in: nil)), makeDate(2, .waiting)], status: .failed, failure: threshold,
      endedAfter: 5)
    let shown = lines(progress)
    #expect(shown[2] == "✗ 2024-05-01  failed: SourceUnavailable")
    #expect(shown[3] == "· 2024-05-02  not begun")
    #expect(
      shown.last
        == "2 dates in 5.0 s, 0 done. The run failed: States.ExceedToleratedFailureThreshold: more dates failed than a run bears."
    )
    #expect(progress.isSettled)
  }

  @Test func thirtyDatesWithOneErrorNameItOnce() {
    let failures = (1...30).map { (date: "d\($0)", failure: RunFailure(name: "SourceUnavailable", message: "away")) }
    #expect(RunReport.grouped(failures) == ["d1, d2, d3 and 27 more: SourceUnavailable: away"])
  }

  @Test func aRunUnderWayIsNotCalledFinished() {
    #expect(lines(makeProgress([makeDate(1, .running(.load))])).last == "1 date, 0 done after 1 min 39 s; it goes on.")
  }
}
