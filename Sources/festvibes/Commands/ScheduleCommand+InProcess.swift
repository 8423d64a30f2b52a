import Foundation
import Time

/// `festvibes schedule --in-process`: the schedules of a host without AWS.
extension ScheduleCommand {
  /// Starts runs at their times until Ctrl-C or SIGTERM.
  /// - Parameter datasets: the ids of the only datasets; empty for all.
  static func runInProcess(_ settings: Settings, only datasets: [String], time: any TimeSource = SystemTime()) throws {
    StopSignal.hold()
    let say = { (text: String) in try Output.lines(["\(zonedTime(time.now, in: .gmt))  \(text)"]) }
    let calls = ScheduledProcesses.Calls(settings, say: say)
    let processes = ScheduledProcesses(calls)
    let scheduler = Scheduler(.init(start: processes.start, wasStarted: calls.wasStarted, say: say), time: time)
    let reader = ScheduleReader(settings.datasetsWithoutSecrets, only: datasets)
    try follow(reader, scheduler, every: .milliseconds(500), say) {
      for (schedule, time) in try processes.collect() { try scheduler.putBack(schedule, time) }
    }
    try say("ended: the runs that are under way are stopped and closed")
    processes.stop()
  }
}
