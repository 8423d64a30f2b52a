import ArgumentParser
import Contracts
import Foundation

/// A run that a process does itself ends with its process.
extension StopCommand {
  /// The seconds that a process has for rolling back what is under way, and for closing its run.
  private static let patience = 30.0
  private static let pause = 1.0

  func stop(_ run: HostedRun, _ settings: Settings) throws {
    guard !run.isOver else { return try reportEnd(of: run) }
    if let abandoned = run.abandoned { return try Output.lines([abandoned, run.step("retry").line]) }
    let reader = try HostedRunReader(run, settings)
    let process: HostProcess
    do throws(CommandError) { process = try terminate(run) } catch {
      // It may have ended by itself since the run was read.
      guard let now = try reader.next(), now.isOver else { throw error }
      return try reportEnd(of: now)
    }
    let name = TextWidth.cleaned(run.name)
    let limit = Date() + Self.patience
    var now = run
    while !now.isOver, now.abandoned == nil, Date() < limit {
      Thread.sleep(forTimeInterval: Self.pause)
      now = try reader.next() ?? now
    }
    guard now.isOver else {
      throw CommandError(
        "\(process.words) was told to end, and has not closed \(name) in the ledger yet\n\(run.step("status").line)")
    }
    guard now.status.record.status != .success else { return try reportEnd(of: now) }
    try Output.lines(
      [
        "\(name) is stopped, and its process with it: \(now.status.counts). What was loaded stays.",
        now.status.isFailure ? run.step("retry").line : nil,
      ].compactMap(\.self), ifLost: "The run is stopped")
  }

  private func reportEnd(of run: HostedRun) throws {
    let outcome = run.status.record.status.rawValue
    try Output.lines(["\(TextWidth.cleaned(run.name)) has already ended: \(outcome)", run.step("status").line])
  }

  /// Tells the process of a run to end.
  /// - Throws: `CommandError` for a process that is not to be seen here, has ended, or is another user's.
  private func terminate(_ run: HostedRun) throws(CommandError) -> HostProcess {
    let name = TextWidth.cleaned(run.name)
    guard let process = run.status.record.process,
      process.isHere(since: run.status.record.startedAt, of: run.dataset.id)
    else {
      throw CommandError(
        "\(name) is a run of \(run.process), which this command does not see. Stop that process in good order: there by "
          + "kill -TERM\(run.status.record.process.map { " \($0.id)" } ?? ""), a service by systemctl stop, a container by "
          + "docker stop, a task of ECS by stop-task.\n\(run.step("status").line)")
    }
    if let reason = process.terminate() {
      throw CommandError(
        "\(name) is a run of \(process.words), which cannot be told to end: \(reason)\n"
          + NextStep(shell: "sudo kill -TERM \(process.id)").line)
    }
    return process
  }
}
