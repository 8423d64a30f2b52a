import Contracts
import Datasets
import Foundation
import Ledger
import Loading
import Time

/// The runs of schedules on a host without AWS: a process for each, `festvibes run --in-process`, so that datasets of
/// the same minute run beside each other, and one that is out of memory stops no other.
final class ScheduledProcesses {
  /// The processes at once. Each has three connections to the database, and works on one item at a time.
  static let maximum = 5

  private let settings: Settings
  private let say: (String) throws -> Void
  private var running: [(name: String, process: Process)] = []

  init(_ settings: Settings, say: @escaping (String) throws -> Void) {
    self.settings = settings
    self.say = say
  }

  /// The run's name: by it the ledger knows what was started.
  static func name(_ schedule: DatasetSchedule, _ time: Date) -> String { "host-\(schedule.executionName(at: time))" }

  static func arguments(_ schedule: DatasetSchedule, _ time: Date) -> [String] {
    ["run", "--in-process", "--dataset", schedule.dataset] + (schedule.jobType.map { ["--job", $0] } ?? [])
      + ["--name", name(schedule, time)]
  }

  /// Starts the run of a time.
  /// - Returns: false if it is under way, or the ledger has it.
  func start(_ schedule: DatasetSchedule, _ time: Date) throws -> Bool {
    let name = Self.name(schedule, time)
    guard !running.contains(where: { $0.name == name }), try !wasStarted(schedule, time) else { return false }
    try collect()
    guard running.count < Self.maximum else {
      throw CommandError("\(Self.maximum) runs are under way, and more would take too many connections to the database")
    }
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = Self.arguments(schedule, time)
    try process.run()
    running.append((name, process))
    return true
  }

  /// Returns true if the ledger has the run of a time.
  func wasStarted(_ schedule: DatasetSchedule, _ time: Date) throws -> Bool {
    let dataset = try settings.datasetsWithoutSecrets.dataset(schedule.dataset)
    let ledger = try Stores(settings).loading("festvibes-schedule").ledger
    let deadline = Deadline(after: .seconds(5), on: SystemTime())
    do throws(PipelineError) {
      return try ledger.run(named: Self.name(schedule, time), of: dataset, deadline: deadline) != nil
    } catch {
      // The first run makes the tables, or says what is wrong with them.
      guard error.name == .schemaMismatch else { throw error }
      return false
    }
  }

  /// Looks for processes that have ended. Those that could not report this themselves are named.
  func collect() throws {
    for (name, process) in running where !process.isRunning {
      switch (process.terminationReason, process.terminationStatus) {
      case (.exit, 0), (.exit, 1): break
      case (.exit, RunProgress.lockedStatus.rawValue): try say("\(name): another run of the dataset is under way")
      case (.exit, let status): try say("\(name): its process ended with status \(status)")
      case (_, let signal): try say("\(name): its process was killed by signal \(signal); the next run closes it")
      }
    }
    running = running.filter { $0.process.isRunning }
  }

  /// Tells all processes to end, and waits until they have closed their runs.
  func stop() throws {
    for (_, process) in running { process.terminate() }
    for (_, process) in running { process.waitUntilExit() }
    running = []
  }
}
