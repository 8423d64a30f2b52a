import AWS
import Foundation
import Testing

@testable import festvibes

@Suite("Status from Step Functions")
struct StatusReportTests {
  private func lines(_ runs: [RunSummary], width: Int? = nil) throws -> [String] {
    StatusReport(runs: runs, now: start + 60, zone: try #require(TimeZone(identifier: "America/Chicago"))).lines(
      for: Terminal(isInteractive: width != nil, colors: false, size: width.map { ($0, 24) }))
  }

  @Test("A run with notices is partial, and shows them")
  func notices() throws {
    let output =
      #"{\"notices\":[{\"notice\":\"slow site\",\"count\":5,\"items\":[\"D1\",\"D2\",\"D3\",\"D4\",\"D5\"]}]}"#
    let execution = try JSONDecoder().decode(
      Execution.self,
      from: Data(#"{"executionArn":"a","name":"r","status":"SUCCEEDED","startDate":1,"output":"\#(output)"}"#.utf8))
    #expect(execution.failure == nil)
    let run = RunSummary(
      name: "cli-3", status: .succeeded, startedAt: start, endedAt: start + 42,
      items: .init(done: 5, failed: 0, total: 5), notices: execution.notices)
    let shown = try lines([run])
    #expect(shown[2].contains("  partial  "))
    #expect(shown.suffix(3) == ["", "cli-3", "  D1, D2, D3 and 2 more: incomplete: slow site"])
  }

  @Test("A run is partial whose own summary says so, and the commands about it name its dataset")
  func partial() throws {
    var run = RunSummary(
      name: "cli-3", dataset: "numbers", status: .succeeded, startedAt: start, endedAt: start + 42,
      items: .init(done: 5, failed: 0, total: 5))
    #expect(try lines([run])[2].contains("  done  "))
    run.isPartial = true
    #expect(try lines([run])[2].contains("  partial  "))
    run.failure = RunFailure(name: "States.Runtime", message: String(repeating: "state ", count: 1000))
    #expect(try lines([run]).last == "  in full: \(NextStep("status cli-3 --dataset numbers").command)")
    run.dataset = "wwoz"
    #expect(try lines([run]).last == "  in full: \(NextStep("status cli-3").command)")
  }

  @Test("Runs are listed with their items and errors")
  func list() throws {
    let partial = RunSummary(
      name: "cli-3", status: .succeeded, startedAt: start, endedAt: start + 42,
      items: .init(done: 24, failed: 7, total: 31),
      failures: [("2024-05-31", RunFailure(name: "SourceChanged", message: "no frame"))])
    let failed = RunSummary(
      name: "nightly-2", status: .failed, startedAt: start - 86_400, endedAt: start - 86_399,
      failure: RunFailure(name: "InvalidInput", message: "no"))
    let running = RunSummary(
      name: "nightly-1", status: .running, startedAt: start, items: .init(done: 1, failed: 0, total: 31))
    #expect(
      try lines([partial, failed, running])
        == [
          "run        started                        took  status   done  failed  items",
          "────────────────────────────────────────────────────────────────────────────",
          "cli-3      2024-05-31 14:00:00 CDT        42 s  partial    24       7     31",
          "nightly-2  2024-05-30 14:00:00 CDT       1.0 s  failed",
          "nightly-1  2024-05-31 14:00:00 CDT  1 min 00 s  running     1       0     31",
          "",
          "cli-3",
          "  2024-05-31: SourceChanged: no frame",
          "  and 6 more: \(NextStep("status cli-3").command)",
          "",
          "nightly-2",
          "  InvalidInput: no",
        ])
  }

  @Test(
    "A run's name is never cut",
    arguments: [40, 60, 80])
  func name(width: Int) throws {
    let name = "cli-20260510T080000Z-4f2a"
    let run = RunSummary(
      name: name, status: .succeeded, startedAt: start, endedAt: start + 42,
      items: .init(done: 24, failed: 7, total: 31))
    let shown = try lines([run], width: width)
    #expect(shown[2].hasPrefix("\(name)  "))
    #expect(shown[2].contains("partial"))
    #expect(shown.allSatisfy { TextWidth.of($0) <= width })
  }

  @Test("A long cause is cut")
  func longCause() throws {
    let cause = String(repeating: "state ", count: 1000)
    let run = RunSummary(
      name: "cli-3", status: .failed, startedAt: start, endedAt: start + 42,
      failure: RunFailure(name: "States.Runtime", message: cause))
    let shown = try lines([run])
    #expect(shown.allSatisfy { $0.count < 210 })
    #expect(shown.last == "  in full: \(NextStep("status cli-3").command)")
  }

  @Test("Without runs the report says how to start one")
  func noRuns() throws {
    #expect(try lines([]) == ["No runs yet: `festvibes run` starts one."])
  }
}
