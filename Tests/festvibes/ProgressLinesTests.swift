import AWS
import Foundation
import Testing

@testable import festvibes

@Suite("Progress lines")
struct ProgressLinesTests {
  private func lines(
    _ progress: RunProgress, width: Int = 80, height: Int = 24, colors: Bool = false
  ) -> [String] {
    ProgressLines(progress: progress, now: start + 12, size: (width, height), colors: colors).lines
  }

  @Test("Each item has a bar of its three stages")
  func bars() {
    let progress = makeProgress([
      makeItem(1, .done(makeOutcome(cancelled: 1, pagesFailed: 3))), makeItem(2, .running(.scrape), from: 10),
      makeItem(3, .running(.load), from: 8), makeItem(4, .running(.cache), from: 4),
      makeItem(5, .running(nil), from: 11),
      makeItem(6, .failed("SourceChanged", in: .load)), makeItem(7, .waiting),
      makeItem(8, .failed(RunFailure(name: "States.Runtime", message: ""), in: .state("ItemDone"))),
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

  @Test("Items that were aborted, or not tried, have not failed", arguments: [80, 200])
  func undone(width: Int) {
    let progress = makeProgress(
      [
        makeItem(1, .failed("SourceChanged")), makeItem(2, .aborted(in: .stage(.load))), makeItem(3, .waiting),
        makeItem(4, .waiting),
      ], status: .failed, endedAfter: 12)
    #expect(
      lines(progress, width: width) == [
        "2024-05-01  ░░░░░░░░░░░░░░░░░░░░░░░░  SourceChanged: no frame",
        "2024-05-02  ████████░░░░░░░░░░░░░░░░  aborted with its run",
        "2024-05-03  ░░░░░░░░░░░░░░░░░░░░░░░░",
        "2024-05-04  ░░░░░░░░░░░░░░░░░░░░░░░░",
        "0 of 4 dates done, 1 failed, 1 aborted, 2 not tried · 12 s",
      ])
  }

  @Test("Before the items are known the display says so")
  func planning() {
    #expect(lines(makeProgress([])) == ["planning the dates · 12 s"])
  }

  @Test(
    "No line is wider than the terminal",
    arguments: [20, 30, 45, 59, 60, 80, 200])
  func width(width: Int) {
    let long = String(repeating: "日本 langer Text ", count: 20)
    let progress = makeProgress([
      makeItem(1, .failed("SourceChanged", long)), makeItem(2, .running(.scrape)),
      makeItem(3, .done(makeOutcome(found: 100_000, new: 100_000, rejected: 0, pagesFailed: 9999))),
    ])
    for line in lines(progress, width: width) { #expect(TextWidth.of(line) < width, "\(line)") }
  }

  @Test("The nouns are the dataset's, and a long id leaves room for the bar and the result")
  func words() {
    let words = Words(item: "item", records: "products")
    let id = String(repeating: "new-orleans_", count: 5) + "jazz"
    let progress = makeProgress([
      ItemProgress(item: "austin", state: .done(makeOutcome(found: 1))), ItemProgress(item: id, state: .running(.load)),
    ])
    let lines = { (width: Int) in
      ProgressLines(progress: progress, now: start + 12, size: (width, 24), colors: false, words: words).lines
    }
    #expect(lines(80)[0].hasSuffix("  1 product"))
    #expect(lines(80)[1].contains("████████▒▒▒▒▒▒▒▒░░░░░░░░  load"))
    #expect(lines(80)[2] == "1 of 2 items done · 12 s")
    for width in [20, 40, 80, 200] {
      for line in lines(width) { #expect(TextWidth.of(line) < width, "\(line)") }
    }
  }

  @Test("Many items are collapsed to fit, and failed and running ones stay visible")
  func collapsed() {
    var items: [ItemProgress] = []
    for day in 0..<366 {
      let state: ItemProgress.State =
        switch day {
        case ..<200: day % 10 == 3 ? .failed("SourceUnavailable") : .done(makeOutcome())
        case ..<205: .running(.load)
        default: .waiting
        }
      items.append(ItemProgress(item: "date \(1000 + day)", state: state, startedAt: start, endedAt: nil))
    }
    let shown = lines(makeProgress(items), height: 20)
    #expect(shown.count <= 18)
    #expect(shown.first == "✓ 180 dates done")
    #expect(shown.contains("✗ 15 dates more failed"))
    #expect(shown.filter { $0.contains("SourceUnavailable") }.count == 5)
    #expect(shown.filter { $0.contains("load") }.count == 5)
    #expect(shown.suffix(2) == ["· 161 dates to come", "180 of 366 dates done, 20 failed · 12 s"])
    for height in 4...30 {
      #expect(lines(makeProgress(items), height: height).count <= max(4, height - 2), "\(height)")
    }
  }

  @Test("Colours are used only if the terminal has them")
  func colors() {
    let progress = makeProgress([makeItem(1, .done(makeOutcome()))])
    #expect(lines(progress, colors: true)[0].contains("\u{1B}[32m████"))
    #expect(!lines(progress).joined().contains("\u{1B}"))
  }
}
