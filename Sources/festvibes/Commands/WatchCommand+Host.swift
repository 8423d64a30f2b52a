import ArgumentParser
import Contracts
import Foundation
import Time

/// A run that a process does itself is followed by the ledger.
extension WatchCommand {
  /// Shows each item that ends, and at the end the report of `festvibes status`.
  func watch(_ first: HostedRun, _ settings: Settings) throws {
    let (name, dataset) = (first.name, first.dataset)
    guard !output.json else {
      throw CommandError(
        "\(name) is a run of \(first.process), which prints its own JSON. Of the ledger: "
          + first.step("status").command + " --json")
    }
    InterruptHandler.install(message: "\nNo longer watching. The run continues.\n\(first.step("watch").line)\n")
    if !first.isOver { try Output.lines(["Run \(TextWidth.cleaned(name)): \(first.process) does it"]) }
    var display = PlainDisplay(words: dataset.words, write: Output.write)
    var interval = PollInterval()
    var (run, moved) = (first, true)
    let reader = try HostedRunReader(first, settings)
    while !run.isOver {
      try display.show(run.progress, at: Date())
      if let abandoned = run.abandoned { throw CommandError("\(abandoned)\n\(run.step("retry").line)") }
      Thread.sleep(forTimeInterval: interval.next(moved: moved).inSeconds)
      guard let next = try reader.next() else {
        guard reader.isAway else { throw RunSession.unknown(name, dataset.option) }
        continue
      }
      (run, moved) = (next, next.progress != run.progress)
    }
    let report = LedgerRunReport(run: run.status, dataset: dataset, now: Date(), zone: .current)
    // Others may have repaired a run that ended a while ago.
    let retry = try first.isOver ? StatusReader(settings, dataset).overview(of: name, last: 1) { [] }?.retry : nil
    let isDone = run.status.record.status == .success || retry?.isRepaired == true
    let next = isDone ? nil : run.step(run.status.isFailure ? "retry" : "status")
    try Output.lines(
      report.lines(for: .standardOutput()) + [retry?.repair(of: name), next?.line].compactMap(\.self), styled: true)
    if run.status.record.status != .success { throw ExitCode.failure }
  }
}
