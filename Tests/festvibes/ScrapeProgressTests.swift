import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

@Suite("Progress of a scrape")
struct ScrapeProgressTests {
  private let time = ManualTime()
  private let now = Date(timeIntervalSince1970: 1_717_146_000)
  private let pages = ScrapeProgress(known: 118, done: 42, failed: 1, rate: 9.83, at: "2024-05-31T09:00:00Z")
  private struct Refused: Error {}

  private func run(_ state: ItemProgress.State = .running(.scrape), pages: ScrapeProgress? = nil) -> RunProgress {
    RunProgress(
      name: "cli-1", status: .running, startedAt: now - 30,
      items: [ItemProgress(item: "2024-05-31", state: state, startedAt: now - 12, endedAt: nil, pages: pages)])
  }

  @Test("says pages, failures, rate and the time left, as far as they are known")
  func words() {
    #expect(pages.words == "42 of ~118 pages, 1 failed, 9.8/s, ~8.0 s left")
    #expect(ScrapeProgress(known: 1, done: 1, failed: 0, rate: 0, at: "").words == "1 of ~1 pages")
  }

  @Test("is read for items that are scraped, every two seconds, and not again after an error")
  func reading() {
    let reads = Locked(0)
    let reader = ScrapeProgressReader(time: time, log: { _ in }) { [pages] run, item in
      #expect((run, item.id) == ("cli-1", "2024-05-31"))
      reads.change { $0 += 1 }
      if reads.change({ $0 }) == 3 { throw Refused() }
      return pages
    }
    #expect(reader.adding(to: run(.running(.load))).items[0].pages == nil)
    for (second, expected) in [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (9, 3)] {
      while time.uptime < .seconds(second) { time.sleep(for: .seconds(1)) }
      // An error is not repeated; what was known before stays for two seconds.
      #expect(reader.adding(to: run()).items[0].pages == (second < 9 ? pages : nil))
      #expect(reads.change { $0 } == expected, "after \(second) s")
    }
  }

  @Test("is a part of the item's line", arguments: [80, 200])
  func line(width: Int) {
    let lines = ProgressLines(progress: run(pages: pages), now: now, size: (width, 24), colors: false).lines
    #expect(lines[0].hasPrefix("2024-05-31  ▒▒▒▒▒▒▒▒"))
    #expect(lines[0].contains("scrape  12 s  42 of ~118"))
    #expect(TextWidth.of(lines[0]) < width)
  }

  @Test("is a line on a pipe after ten seconds, and then every ten seconds")
  func pipe() throws {
    let written = Locked("")
    var display = PlainDisplay { text in written.change { $0 += text } }
    for second in stride(from: -5.0, through: 12, by: 1) {
      try display.show(run(pages: pages), at: now + second)
    }
    let line = "2024-05-31 scraping: \(pages.words)\n"
    #expect(written.change { $0 } == line + line)
  }
}
