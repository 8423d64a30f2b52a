import AWS
import Foundation
import Testing

@testable import festvibes

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
