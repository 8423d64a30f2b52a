import ArgumentParser
import Contracts
import Datasets
import Foundation
import Time

struct ScheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule", abstract: "Start the runs of the datasets' schedules, until Ctrl-C or SIGTERM.",
    discussion: """
      Starts an execution of the state machine in STATE_MACHINE_ARN whenever a schedule of a definition fires: the dataset's \
      own, or that of a profile of its plan. It is for the local stack, where ENABLE_SCHEDULER=true runs it, and for machines \
      without EventBridge: on AWS, terraform makes EventBridge schedules, and both together would start each run twice.

      The name of an execution has the dataset, the job and the time: a second scheduler or a restart starts nothing twice. \
      A time that was missed is made up for if it is the last one of its schedule, and less than 4 hours ago; what is skipped \
      is written. A start that fails is tried again for 4 hours, and stops no other. A definition that changes is read again.

      With --in-process no AWS is needed: each run is a process `festvibes run --in-process`, five at once, which Ctrl-C and \
      SIGTERM stop and close.

      Exit status: 0 after Ctrl-C or SIGTERM; runs that were started go on, unless they are in process. 64 for an unknown \
      dataset.
      """)

  @Option(
    name: .customLong("dataset"), parsing: .singleValue,
    help: "Only the schedules of this dataset. May be repeated. (default: all datasets)")
  var datasets: [String] = []

  @Flag(help: "Run the stages on this machine, without AWS, as run --in-process does.")
  var inProcess = false

  @Option(help: .init("A file with the time that counts as now.", visibility: .hidden))
  var clock: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    for id in datasets { _ = try DatasetOption.named(id).resolve() }
  }

  func run() throws {
    let time: any TimeSource = try clock.map { try FileClock($0) } ?? SystemTime()
    guard !inProcess else { return try Self.runInProcess(common.settings(), only: datasets, time: time) }
    StopSignal.hold()
    let settings = common.settings()
    let starts = try ScheduledStarts(settings)
    // A clock of a test jumps, and the test waits.
    let interval: Duration = clock == nil ? .seconds(1) : .milliseconds(200)
    let say = { (text: String) in try Output.lines(["\(zonedTime(time.now, in: .gmt))  \(text)"]) }
    let scheduler = Scheduler(.init(start: starts.start, wasStarted: starts.wasStarted, say: say), time: time)
    let reader = ScheduleReader(settings.datasetsBySchedule, only: datasets)
    try Self.follow(reader, scheduler, every: interval, say)
    try say("ended: no schedule starts a run any more; runs that were started go on")
  }

  /// Starts what is due, in intervals, until a signal ends the process.
  /// - Parameter prepare: called before each look at the schedules.
  static func follow(
    _ reader: ScheduleReader, _ scheduler: Scheduler, every interval: Duration, _ say: (String) throws -> Void,
    prepare: () throws -> Void = {}
  ) throws {
    repeat {
      if let (schedules, problems) = reader.changes() {
        for problem in problems { try say(problem) }
        try scheduler.update(schedules)
        if schedules.isEmpty { try say("no definition has a schedule: nothing is started until one has") }
      }
      try prepare()
      try scheduler.tick { StopSignal.isPending }
    } while !StopSignal.wait(interval)
  }
}
