import AWS
import Datasets
import Foundation
import Time

/// The executions of schedules, in Step Functions and in the ledger.
struct ScheduledStarts {
  private let settings: Settings
  private let machine: String
  private let client: StepFunctionsClient

  /// - Throws: `CommandError` for missing or wrong settings.
  init(_ settings: Settings) throws {
    self.settings = settings
    machine = try settings.stateMachine()
    let session = try settings.session(for: machine)
    client = try withReadableErrors(settings.environment) { try StepFunctionsClient(session) }
  }

  /// The time for one call with its retries. Others wait for it.
  private var deadline: Deadline { Deadline(after: .seconds(5), on: SystemTime()) }

  /// Starts the execution of a time.
  /// - Returns: false if there is an execution of its name, by this or another scheduler.
  func start(_ schedule: DatasetSchedule, _ time: Date) throws -> Bool {
    do {
      _ = try client.startExecution(
        of: machine, name: schedule.executionName(at: time), input: schedule.input, deadline: deadline)
      return true
    } catch  where error.code == "ExecutionAlreadyExists" {
      return false
    }
  }

  /// Returns true if a time was started before: by Step Functions, or by the ledger, which also knows the runs that the local
  /// Step Functions has lost with its last stop.
  func wasStarted(_ schedule: DatasetSchedule, _ time: Date) throws -> Bool {
    let name = schedule.executionName(at: time)
    let found = Result { try client.describeExecution(Settings.execution(name, of: machine), deadline: deadline) }
    switch found {
    case .success: return true
    case .failure(let error as AWSError) where error.kind == .notFound && error.code != "StateMachineDoesNotExist":
      return isInLedger(name, of: schedule)
    case .failure(let error): throw error
    }
  }

  /// Returns false if the ledger cannot be read: its absence stops no run.
  private func isInLedger(_ name: String, of schedule: DatasetSchedule) -> Bool {
    guard settings.hasDatabase else { return false }
    let found = try? Stores(settings).loading("festvibes-schedule", within: .seconds(5)) { loading, deadline in
      let dataset = try settings.datasetsWithoutSecrets.dataset(schedule.dataset)
      return try loading.ledger.run(named: name, of: dataset, deadline: deadline) != nil
    }
    return found ?? false
  }
}
