import ArgumentParser
import Contracts
import Foundation
import Settings
import Time

/// `festvibes run --in-process`: the stages in this process.
extension RunCommand {
  /// The dataset's option; in this process also DATASET_ID names it.
  var chosenDataset: DatasetOption {
    guard inProcess, dataset.given == nil else { return dataset }
    let id = Settings(quietly: true).environment[EnvironmentVariable.hostDataset.name, default: ""]
    return id.isEmpty ? dataset : .named(id)
  }

  func validateInProcess() throws {
    guard inProcess else {
      if every != nil { throw ValidationError("--every needs --in-process") }
      return
    }
    if onlyMissing { throw ValidationError("--only-missing starts executions: give it without --in-process") }
    if every != nil, date != nil || start != nil {
      throw ValidationError("--every takes --days or --item: a date would be the same in each run")
    }
  }

  func runInProcess(_ range: RunRange) throws {
    guard range.workItems.count <= Limits.maximumItems else {
      throw CommandError("--in-process takes \(Limits.maximumItems) dates at most at once: run parts of them")
    }
    StopSignal.install()
    let dataset = try chosenDataset.resolve()
    let host = try InProcessHost(common.settings(), of: dataset, output)
    var plan = range.plan
    plan.maxFailures = tolerance.maxFailures
    var request = RunRequest(dataset: dataset.id, plan: plan, allowShrink: allowShrink ? true : nil)
    let today = { try range.description(today: dataset.timeZoneRules().localDate(at: Date()), in: dataset.timeZone) }
    if let every {
      request.trigger = .schedule
      return try host.run(request, every: every, description: range.description)
    }
    try host.claim()
    let progress = try host.run(request, name: HostRunName.manual(at: Date()), description: today())
    if StopSignal.received != nil { throw StopSignal.exitCode }
    try progress.exitUnlessSuccess()
  }
}
