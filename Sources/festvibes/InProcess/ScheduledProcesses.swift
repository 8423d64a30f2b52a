import Contracts
import Datasets
import Foundation

/// The runs of schedules on a host without AWS: a process for each, `festvibes run --in-process`, so that datasets of
/// the same minute run beside each other, and one that is out of memory stops no other.
final class ScheduledProcesses {
  /// The processes at once. Each has three connections to the database, and works on one item at a time.
  static let maximum = 5

  /// The process of a run.
  protocol Child: AnyObject {
    /// The end of the process; nil while it runs.
    var end: ScheduledProcessEnd? { get }
    func terminate()
    func waitUntilExit()
  }

  struct Calls {
    /// Starts a process of this program.
    let launch: (_ arguments: [String]) throws -> any Child
    /// Returns true if the ledger has the run of a time.
    let wasStarted: (DatasetSchedule, Date) throws -> Bool
    let say: (String) throws -> Void
  }

  /// A run that was started, and its process.
  private struct Started {
    let schedule: DatasetSchedule
    let time: Date
    let process: any Child
    var name: String { ScheduledProcesses.name(schedule, time) }
  }

  private let calls: Calls
  private var running: [Started] = []

  init(_ calls: Calls) { self.calls = calls }

  /// The run's name: by it the ledger knows what was started.
  static func name(_ schedule: DatasetSchedule, _ time: Date) -> String { "host-\(schedule.executionName(at: time))" }

  static func arguments(_ schedule: DatasetSchedule, _ time: Date) -> [String] {
    ["run", "--in-process", "--dataset", schedule.dataset] + (schedule.jobType.map { ["--job", $0] } ?? [])
      + ["--name", name(schedule, time)]
  }

  /// Starts the run of a time.
  /// - Returns: false if it is under way, or the ledger has it.
  /// - Throws: `CommandError` while another run of the dataset is under way, or too many are.
  func start(_ schedule: DatasetSchedule, _ time: Date) throws -> Bool {
    let name = Self.name(schedule, time)
    guard !running.contains(where: { $0.name == name }), try !calls.wasStarted(schedule, time) else { return false }
    let present = running.filter { $0.process.end == nil }
    // A second process of the dataset would end at once.
    if let other = present.first(where: { $0.schedule.dataset == schedule.dataset }) {
      throw CommandError("\(other.name) is under way, and a dataset has one run at a time")
    }
    guard present.count < Self.maximum else {
      throw CommandError("\(Self.maximum) runs are under way, and more would take too many connections to the database")
    }
    running.append(Started(schedule: schedule, time: time, process: try calls.launch(Self.arguments(schedule, time))))
    return true
  }

  /// Looks for processes that have ended. Those that could not report this themselves are named.
  /// - Returns: the runs that another run of their dataset kept from beginning.
  func collect() throws -> [(schedule: DatasetSchedule, time: Date)] {
    let ended = running.filter { $0.process.end != nil }
    running.removeAll { run in ended.contains { $0.process === run.process } }
    var locked: [(schedule: DatasetSchedule, time: Date)] = []
    for run in ended {
      switch run.process.end {
      case nil, .status(0), .status(1): break
      case .status(RunProgress.lockedStatus.rawValue): locked.append((run.schedule, run.time))
      case .status(let status): try calls.say("\(run.name): its process ended with status \(status)")
      case .signal(let signal):
        try calls.say("\(run.name): its process was killed by signal \(signal); the next run closes it")
      }
    }
    return locked
  }

  /// Tells all processes to end, and waits until they have closed their runs.
  func stop() {
    for run in running { run.process.terminate() }
    for run in running { run.process.waitUntilExit() }
    running = []
  }
}
