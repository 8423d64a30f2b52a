import ArgumentParser
import Contracts
import Foundation

struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop a running run. What it has loaded stays.",
    discussion: """
      Stops the execution at once and asks nothing; a function that is at work still finishes. Items that were stopped or \
      not tried can be run with `festvibes retry RUN`. The process of a run of `run --in-process` is told to end (SIGTERM), \
      and closes the run; one of another machine or container is named, with what to do there.

      Exit status: 0 if the run is stopped, had ended before, or is in the ledger and no longer in Step Functions; 1 if it \
      is not known, if it began less than a minute ago and Step Functions does not know it yet, or if it is a run of a \
      process that this command cannot stop.
      """)

  @Argument(help: ArgumentHelp("The name of the run.", valueName: "run"))
  var runName: String

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    let settings = common.settings()
    if let run = try HostedRun.read(runName, settings, dataset) { return try stop(run, settings) }
    let session = try RunSession(settings, RunOutputOptions())
    guard let execution = try session.execution(runName) else {
      let dataset = try dataset.resolve(ofRun: runName, settings)
      guard let run = try ForgottenRun.read(runName, settings, dataset) else {
        throw RunSession.unknown(runName, dataset.option)
      }
      try Output.lines(run.lines())
      if !run.isOver { throw ExitCode.failure }
      return
    }
    let name = NextStep.quoted(runName)
    // The run says of which dataset it is, whatever the option says.
    let option = try settings.datasetsWithoutSecrets.dataset(execution.facts.dataset ?? dataset.dataset).option
    func reportEnd(_ progress: RunProgress) throws {
      try Output.lines([
        "\(runName) has already ended: \(progress.outcome.rawValue)", NextStep("status \(name)\(option)").line,
      ])
    }
    guard !execution.status.isFinal else { return try reportEnd(session.progress(of: execution)) }
    try session.stop(execution, because: "stopped with festvibes stop")
    var progress = try session.progress(of: execution)
    // An item's execution is reported as stopped a little later than the run's.
    let limit = Date() + 10
    while !progress.isSettled, Date() < limit {
      Thread.sleep(forTimeInterval: 0.2)
      progress = try session.progress(of: execution)
    }
    // It may have ended by itself since it was asked for: Step Functions leaves that as it is.
    if progress.status.isFinal, progress.status != .aborted { return try reportEnd(progress) }
    try Output.lines(Self.lines(progress), ifLost: "The run is stopped")
    if progress.items.isEmpty || progress.done.count < progress.items.count {
      let retry = progress.items.isEmpty ? "status\(option)" : "retry \(name)\(option)"
      try Output.lines([NextStep(retry).line])
    }
  }

  /// The lines that say what was done and what is left.
  static func lines(_ progress: RunProgress) -> [String] {
    guard !progress.items.isEmpty else { return ["\(progress.name) is stopped before its items were planned."] }
    let left = progress.aborted.count + progress.notTried.count + progress.failed.count
    return [
      "\(progress.name) is stopped: \(progress.done.count) of \(progress.items.count) items done, "
        + "\(progress.failed.count) failed, \(progress.aborted.count) aborted, \(progress.notTried.count) not tried.",
      left == 0 ? "Nothing is left." : "What was loaded stays. \(left) item\(left == 1 ? " is" : "s are") left.",
    ]
  }
}
