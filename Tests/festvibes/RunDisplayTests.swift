import AWS
import Foundation
import Testing

@testable import festvibes

@Suite struct ProgressLinesTests {
  private func lines(
    _ progress: RunProgress, width: Int = 80, height: Int = 24, colors: Bool = false
  ) -> [String] {
    ProgressLines(progress: progress, now: start + 12, size: (width, height), colors: colors).lines
  }

  @Test func eachDateHasABarOfItsThreeStages() {
    let progress = makeProgress([
      makeDate(1, .done(makeOutcome(new: 2, pagesFailed: 3))), makeDate(2, .running(.scrape), from: 10),
      makeDate(3, .running(.load), from: 8), makeDate(4, .running(.cache), from: 4),
      makeDate(5, .running(nil), from: 11),
      makeDate(6, .failed("SourceChanged", in: .load)), makeDate(7, .waiting),
    ])
    #expect(
      lines(progress) == [
        "2024-05-01  ████████████████████████  7 events, 2 new, 3 pages failed",
        "2024-05-02  ▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░  scrape  2.0 s",
        "2024-05-03  ████████▒▒▒▒▒▒▒▒░░░░░░░░  load  4.0 s",
        "2024-05-04  ████████████████▒▒▒▒▒▒▒▒  cache  8.0 s",
        "2024-05-05  ▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░  1.0 s",
        "2024-05-06  ████████░░░░░░░░░░░░░░░░  SourceChanged: no frame",
        "2024-05-07  ░░░░░░░░░░░░░░░░░░░░░░░░",
        "1 of 7 dates done, 1 failed · 12 s",
      ])
  }

  @Test func beforeTheDatesAreKnownItSaysSo() {
    #expect(lines(makeProgress([])) == ["finding the dates · 12 s"])
  }

  @Test(arguments: [20, 30, 45, 59, 60, 80, 200])
  func noLineIsWiderThanTheTerminal(width: Int) {
    let long = String(repeating: "日本 langer Text ", count: 20)
    let progress = makeProgress([
      makeDate(1, .failed("SourceChanged", long)), makeDate(2, .running(.scrape)),
      makeDate(3, .done(makeOutcome(found: 100_000, new: 100_000, rejected: 0, pagesFailed: 9999))),
    ])
    for line in lines(progress, width: width) { #expect(TextWidth.of(line) < width, "\(line)") }
  }

  @Test func manyDatesAreGatheredSoThatAllFitsAndWhatMattersIsSeen() {
    var dates: [DateProgress] = []
    for day in 0..<366 {
      let state: DateProgress.State =
        switch day {
        case ..<200: day % 10 == 3 ? .failed("SourceUnavailable") : .done(makeOutcome())
        case ..<205: .running(.load)
        default: .waiting
        }
      dates.append(DateProgress(date: "date \(1000 + day)", state: state, startedAt: start, endedAt: nil))
    }
    let shown = lines(makeProgress(dates), height: 20)
    #expect(shown.count <= 18)
    #expect(shown.first == "✓ 180 dates done")
    #expect(shown.contains("✗ 15 dates more failed"))
    #expect(shown.filter { $0.contains("SourceUnavailable") }.count == 5)
    #expect(shown.filter { $0.contains("load") }.count == 5)
    #expect(shown.suffix(2) == ["· 161 dates to come", "180 of 366 dates done, 20 failed · 12 s"])
    for height in 4...30 {
      #expect(lines(makeProgress(dates), height: height).count <= max(4, height - 2), "\(height)")
    }
  }

  @Test func coloursAreUsedOnlyWhereTheyAreKnown() {
    let progress = makeProgress([makeDate(1, .done(makeOutcome()))])
    #expect(lines(progress, colors: true)[0].contains("\u{1B}[32m████"))
    #expect(!lines(progress).joined().contains("\u{1B}"))
  }
}

@Suite struct RunDisplayTests {
  private final class Sink: @unchecked Sendable {
    var text = ""
  }

  @Test func aTerminalsLinesAreDrawnAnewInTheirPlaceAndTakenAway() {
    let sink = Sink()
    var display = LiveDisplay(
      terminal: { Terminal(isInteractive: true, colors: false, size: (80, 24)) }, write: { sink.text += $0 })
    let progress = makeProgress([makeDate(1, .waiting), makeDate(2, .waiting)])
    display.show(progress, at: start)
    #expect(sink.text.split(separator: "\n").count == 3)
    #expect(!sink.text.contains("\u{1B}"))
    sink.text = ""
    display.show(progress, at: start)
    #expect(sink.text.hasPrefix("\u{1B}[3F\u{1B}[J2024-05-01"))
    sink.text = ""
    display.finish()
    display.finish()
    #expect(sink.text == "\u{1B}[3F\u{1B}[J")
  }

  @Test func aPipeGetsALineForEachDateThatHasEndedOnce() {
    let sink = Sink()
    var display = PlainDisplay { sink.text += $0 }
    display.show(makeProgress([makeDate(1, .running(.scrape)), makeDate(2, .waiting)]), at: start)
    #expect(sink.text.isEmpty)
    let both = makeProgress([
      makeDate(1, .done(makeOutcome(found: 118, new: 3)), to: 3.25), makeDate(2, .failed("SourceChanged"), to: 61),
    ])
    display.show(both, at: start)
    display.show(both, at: start)
    #expect(
      sink.text == """
        [1/2] 2024-05-01 done: 118 events, 3 new (3.3 s)
        [2/2] 2024-05-02 failed in scrape: SourceChanged: no frame (1 min 01 s)

        """)
  }
}

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

@Suite struct StatusReportTests {
  private let terminal = Terminal(isInteractive: false, colors: false, size: nil)

  private func lines(_ runs: [PastRun]) throws -> [String] {
    StatusReport(runs: runs, now: start + 60, zone: try #require(TimeZone(identifier: "America/Chicago"))).lines(
      for: terminal)
  }

  @Test func runsAreListedWithTheirDatesAndErrors() throws {
    let partial = PastRun(
      name: "cli-3", status: .succeeded, startedAt: start, endedAt: start + 42,
      dates: .init(done: 24, failed: 7, total: 31),
      failures: [("2024-05-31", RunFailure(name: "SourceChanged", message: "no frame"))])
    let failed = PastRun(
      name: "nightly-2", status: .failed, startedAt: start - 86_400, endedAt: start - 86_399,
      failure: RunFailure(name: "InvalidInput", message: "no"))
    let running = PastRun(
      name: "nightly-1", status: .running, startedAt: start, dates: .init(done: 1, failed: 0, total: 31))
    #expect(
      try lines([partial, failed, running])
        == [
          "run        started                    took  status   done  failed  dates",
          "────────────────────────────────────────────────────────────────────────",
          "cli-3      2024-05-31 14:00:00        42 s  partial    24       7     31",
          "nightly-2  2024-05-30 14:00:00       1.0 s  failed",
          "nightly-1  2024-05-31 14:00:00  1 min 00 s  running     1       0     31",
          "",
          "cli-3",
          "  2024-05-31: SourceChanged: no frame",
          "  and 6 more: festvibes status cli-3",
          "",
          "nightly-2",
          "  InvalidInput: no",
        ])
  }

  @Test func withoutRunsItSaysHowToStartOne() throws {
    #expect(try lines([]) == ["No runs yet: `festvibes run` starts one."])
  }
}
