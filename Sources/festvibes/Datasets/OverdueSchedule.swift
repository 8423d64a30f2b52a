import Datasets
import Foundation
import Settings

/// A schedule whose time passed by more than its tolerance without a run. The ledger does not know the job of a run, so any
/// run of the dataset counts. A dataset that never had one is not late: a deployment has schedules for those datasets only
/// that its settings name, and an alarm for each.
struct OverdueSchedule: Equatable {
  let schedule: DatasetSchedule
  /// The time for which there is no run.
  let time: Date
  /// The start of the dataset's last run.
  let lastRun: Date

  /// - Parameter lastRun: the start of the dataset's last run; nil if it had none.
  /// - Returns: of the schedules of a dataset the one whose time passed last; nil if none is overdue.
  static func last(of schedules: [DatasetSchedule], lastRun: Date?, at now: Date) -> OverdueSchedule? {
    guard let lastRun else { return nil }
    let limit = now.addingTimeInterval(-DatasetSchedule.tolerance)
    let overdue = schedules.compactMap { schedule -> OverdueSchedule? in
      guard let time = schedule.previous(at: limit), lastRun < time else { return nil }
      return OverdueSchedule(schedule: schedule, time: time, lastRun: lastRun)
    }
    return overdue.max { $0.time < $1.time }
  }

  /// The reason, as a sentence: `coingecko_markets is overdue: …`.
  var sentence: String {
    "\(schedule.title) is overdue: no run began at \(zonedTime(time, in: .current)) or later, and the last one began at "
      + "\(zonedTime(lastRun, in: .current))."
  }

  /// The command that makes up for it.
  func next(call: String = NextStep.call()) -> NextStep {
    let job = schedule.jobType.map { " --job \($0)" } ?? ""
    return NextStep("run\(job) --dataset \(NextStep.quoted(schedule.dataset))", call: call)
  }
}

extension Settings {
  /// True if something is meant to start the runs of schedules: EventBridge on AWS; on the local stack the scheduler, which
  /// is off unless it was asked for.
  var expectsSchedules: Bool { !Settings.isLocal(environment) || (try? enablesScheduler()) == true }

  /// Returns the value of ENABLE_SCHEDULER, as the local stack reads it.
  /// - Throws: `CommandError` for another value than true, false and an empty one.
  func enablesScheduler() throws(CommandError) -> Bool {
    let name = EnvironmentVariable.enableScheduler.name
    switch environment[name, default: ""] {
    case "true": return true
    case "false", "": return false
    case let value: throw CommandError("\(name) is 'true' or 'false', not '\(value)'")
    }
  }
}
