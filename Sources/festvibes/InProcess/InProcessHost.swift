import ArgumentParser
import Contracts
import Foundation
import LambdaRuntime
import Settings
import Time

/// A process that runs a dataset's stages itself: no Step Functions, no Lambda, no AWS account. It needs what the dataset
/// itself needs, and has the ledger if there is a database.
final class InProcessHost {
  let dataset: Dataset
  private(set) var output: HostOutput
  private let functions: any RunFunctions
  private let ledger: HostLedger
  /// True if nothing keeps processes apart that run the dataset, and nobody has said that this is meant.
  private let isUnguarded: Bool
  private let log: Logger
  private let time: any TimeSource

  /// - Throws: `CommandError` with all settings that are missing or wrong.
  init(_ settings: Settings, of dataset: Dataset, _ options: RunOutputOptions, time: any TimeSource = SystemTime())
    throws
  {
    self.dataset = dataset
    self.time = time
    output = HostOutput(dataset: dataset, options: options)
    functions = try HostFunctions(settings, of: dataset)
    let loading = try Stores(settings).loading("festvibes-host", isDatabaseOptional: true)
    ledger = HostLedger(loading.ledgerIfAny, of: dataset, time: time)
    log = settings.hostLog
    if let reason = settings.reasonWithoutLedger {
      Output.errorLine("Note: no ledger: \(reason). This run is only in this report and in the log")
    }
    let definition = try Stores(settings).withHint { try settings.datasets.definition(dataset.id) }
    isUnguarded = settings.reasonWithoutLedger != nil && !settings.isLedgerOff && definition.lock == nil
    for line in DefinitionCheck.leftOut(of: definition, in: settings.environment) { Output.errorLine("Note: \(line)") }
  }

  /// Takes the right to run the dataset, which this process keeps, and closes what killed processes have left open.
  /// - Parameter patience: the seconds for which it waits for another process.
  /// - Throws: `ExitCode` if another process has the right.
  func claim(waiting patience: Int = 0) throws {
    var isClaimed = try ledger.claim()
    let deadline = Deadline(after: .seconds(patience), on: time)
    while !isClaimed, !deadline.hasPassed {
      time.sleep(for: min(.seconds(5), deadline.remaining))
      if HostSignal.received != nil { throw HostSignal.exitCode }
      isClaimed = try ledger.claim()
    }
    guard isClaimed else {
      Output.errorLine(
        "Error: another process runs the dataset \(dataset.id) with this database; this one has done nothing.\n"
          + NextStep("status\(dataset.option)").line)
      throw RunProgress.lockedStatus
    }
    let calls = FunctionCalls(log: log, time: time, isStopped: { HostSignal.received != nil })
    for (run, end) in try ledger.abandoned() {
      // Said first: this process may be killed, too.
      try output.closing(run, end)
      do {
        // By the loader, which also releases the dataset's lock.
        _ = try calls.call(.ledger) { context in
          try functions.record(LedgerRequest(dataset: dataset.id, run: run, event: end.event), context)
        }
      } catch let failure as CallFailure {
        throw CommandError(
          "the run \(run) is open, and cannot be closed: \(failure.line)\n\(NextStep("doctor\(dataset.option)").line)")
      } catch is RunStopped {
        throw HostSignal.exitCode
      }
      try ledger.settle(end, ofRun: run)
    }
  }

  /// Runs all stages once, and prints the report.
  /// - Parameters:
  ///   - needsLedger: true for a run that must be in the ledger.
  ///   - former: the run whose items are tried again.
  func run(
    _ request: RunRequest, name: String, description: String, needsLedger: Bool = false, retryOf former: String? = nil
  ) throws -> RunProgress {
    try output.begin(name, description, retryOf: former)
    var display = output.display(of: name)
    let run = InProcessRun(
      request, name: name, of: dataset, with: functions, needsLedger: needsLedger, log: log, time: time,
      isStopped: { HostSignal.received != nil }, show: { try display.show($0, at: Date()) })
    let progress = try run.run()
    if let settlement = run.settlement {
      do throws(PipelineError) { try ledger.settle(settlement, ofRun: name) } catch {
        log.warn("which items were not done is not in the ledger: \(error)")
      }
    }
    try output.end(progress, of: request, retryOf: former)
    return progress
  }

  /// Runs the time of a schedule once: not if the ledger has a run of its name.
  /// - Returns: nil if it has one.
  func run(_ request: RunRequest, scheduledAs name: String, description: String) throws -> RunProgress? {
    output.isService = true
    guard try !ledger.has(name) else {
      try output.known(name)
      return nil
    }
    return try run(request, name: name, description: description, needsLedger: true)
  }

  /// Runs interval after interval until the process is told to end.
  /// - Throws: `ExitCode` of the signal; `CommandError` if neither a ledger nor a lock keeps processes apart.
  func run(_ request: RunRequest, every interval: Interval, job: String? = nil, description: String) throws {
    guard !isUnguarded else {
      throw CommandError(
        "--every without a ledger: two processes would run \(dataset.id) at once, and a process that starts again would "
          + "repeat an interval. Set PG_DATABASE_URL, give the dataset a lock of kind dynamodb, or set LEDGER=off if this is "
          + "meant")
    }
    output.isService = true
    let prefix = HostRunName.prefix(of: dataset.id, job: job)
    let time = StoppableTime(base: time, isStopped: { HostSignal.received != nil })
    let raster = IntervalRaster(interval: interval)
    let calls = IntervalRuns.Calls(
      now: { time.now },
      wait: { moment in
        // In parts, because the wall clock may be set meanwhile.
        time.sleep(for: .seconds(min(60, max(0, moment.timeIntervalSince(time.now)))))
      },
      isStopped: time.isStopped,
      recover: { try self.claim() },
      last: { try self.lastInterval(prefix: prefix, upTo: raster.begin(at: time.now)) },
      skip: output.skipped,
      run: { begin in
        let name = HostRunName.interval(begin, prefix: prefix)
        guard try self.isClaimed(for: begin, name) else { return }
        _ = try self.run(
          request, name: name,
          description: "\(description), for the interval of \(interval) that began \(begin.ISO8601Format())",
          needsLedger: true)
      })
    try IntervalRuns(raster: raster, calls: calls).run()
    throw HostSignal.exitCode
  }

  /// Returns the beginning of the last interval that was run, up to the present one, and says if there is a later one.
  private func lastInterval(prefix: String, upTo present: Date) throws -> Date? {
    let last = try ledger.lastInterval(prefix: prefix, upTo: present)
    if let latest = try ledger.lastInterval(prefix: prefix), latest > present { try output.ahead(latest) }
    return last
  }

  /// Checks before a run that this process still has the right to run the dataset: its connection may have been lost.
  /// - Returns: false if it does not, or if that is not known, or if the ledger has the run, of a clock that was ahead; it
  ///   has then said so.
  private func isClaimed(for begin: Date, _ name: String) throws -> Bool {
    var reason: String?
    do throws(PipelineError) {
      if try !ledger.claim() {
        reason = "another process runs the dataset now"
      } else if try !ledger.has(name) {
        return true
      }
    } catch {
      reason = "\(error)"
    }
    guard let reason else {
      try output.known(name)
      return false
    }
    try output.skipped(IntervalRaster.Skipped(first: begin, last: begin, count: 1), reason)
    return false
  }
}

extension HostSignal {
  /// The exit status of a process that the signal has ended, as shells have it.
  static var exitCode: ExitCode { ExitCode(128 + (received ?? SIGTERM)) }
}

extension Settings {
  /// The log of functions in this process, on the standard error: warnings and errors, or from LOG_LEVEL on.
  var hostLog: Logger {
    var logging = environment
    let name = EnvironmentVariable.logLevel.name
    if logging[name, default: ""].isEmpty { logging[name] = Logger.Level.warn.rawValue }
    return Logger(environment: logging, write: Output.errorLine)
  }
}
