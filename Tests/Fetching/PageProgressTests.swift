import Contracts
import TestSupport
import Testing
import Time

@testable import Fetching

@Suite("Progress of pages")
struct PageProgressTests {
  private let time = ManualTime()
  private let reports = Locked([ScrapeProgress]())
  private struct Refused: Error {}

  private func make(taking duration: Duration = .zero, fails: Bool = false) -> PageProgress {
    PageProgress(time: time) { [time, reports] report in
      time.sleep(for: duration)
      reports.change { $0.append(report) }
      if fails { throw Refused() }
    }
  }

  @Test("is reported every two seconds, with the pages known, done and failed, and the rate")
  func counts() throws {
    let progress = make()
    progress.found(1)
    progress.finished()
    progress.found(30)
    for second in 1...5 {
      time.sleep(for: .seconds(1))
      progress.finished(2, failed: second == 3 ? 1 : 0)
    }
    let found = reports.change { $0 }
    #expect(found.map(\.known) == [31, 31])
    #expect(found.map(\.done) == [5, 9])
    #expect(found.map(\.failed) == [0, 1])
    #expect(found.map(\.rate) == [2.5, 2.25])
    #expect(found[1].secondsLeft == 22 / 2.25)
  }

  @Test("is not reported again after a report that failed or took long", arguments: [true, false])
  func endsReports(fails: Bool) throws {
    let progress = make(taking: fails ? .zero : .milliseconds(600), fails: fails)
    progress.found(100)
    for _ in 1...20 {
      time.sleep(for: .seconds(1))
      progress.finished()
    }
    #expect(reports.change { $0 }.count == 1)
  }
}
