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
      makeDate(1, .done(makeOutcome(cancelled: 1, pagesFailed: 3))), makeDate(2, .running(.scrape), from: 10),
      makeDate(3, .running(.load), from: 8), makeDate(4, .running(.cache), from: 4),
      makeDate(5, .running(nil), from: 11),
      makeDate(6, .failed("SourceChanged", in: .load)), makeDate(7, .waiting),
      makeDate(8, .failed(RunFailure(name: "States.Runtime", message: ""), in: .state("DateDone"))),
    ])
    #expect(
      lines(progress) == [
        "2024-05-01  ████████████████████████  7 events, 1 cancelled, 3 pages failed",
        "2024-05-02  ▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░  scrape  2.0 s",
        "2024-05-03  ████████▒▒▒▒▒▒▒▒░░░░░░░░  load  4.0 s",
        "2024-05-04  ████████████████▒▒▒▒▒▒▒▒  cache  8.0 s",
        "2024-05-05  ▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░  1.0 s",
        "2024-05-06  ████████░░░░░░░░░░░░░░░░  SourceChanged: no frame",
        "2024-05-07  ░░░░░░░░░░░░░░░░░░░░░░░░",
        "2024-05-08  ░░  States.Runtime".replacing("░░", with: String(repeating: "█", count: 24)),
        "1 of 8 dates done, 2 failed · 12 s",
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
