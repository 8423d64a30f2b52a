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

  /// True if the process is to run every dataset by its schedules: ENABLE_SCHEDULER is true, and no option asks for a run.
  /// - Throws: `CommandError` for another value than true and false.
  var isScheduler: Bool {
    get throws {
      guard inProcess, try Settings(quietly: true).enablesScheduler() else { return false }
      return chosenDataset.given == nil && !asksForRun
    }
  }

  /// True if an option is about one run.
  private var asksForRun: Bool {
    let isOfItems = date != nil || last != nil || days != nil || start != nil || end != nil || !items.isEmpty
    let isOfJob = job.job != nil || job.bucket != nil || job.key != nil
    return isOfItems || isOfJob || every != nil || scheduledName != nil || patience != nil || onlyMissing || allowShrink
      || tolerance.maxFailures != nil || output.json
  }

  func validateInProcess() throws {
    guard inProcess else {
      if every != nil { throw ValidationError("--every needs --in-process") }
      if scheduledName != nil || patience != nil { throw ValidationError("--name and --wait need --in-process") }
      return
    }
    if onlyMissing { throw ValidationError("--only-missing starts executions: give it without --in-process") }
    if let job = job.job, chosenDataset.given == nil {
      throw ValidationError("--in-process runs one dataset: give --dataset beside --job \(job)")
    }
    if every != nil, date != nil || start != nil {
      throw ValidationError("--every takes --days or --item: a date would be the same in each run")
    }
  }

  func runInProcess(_ range: RunRange) throws {
    guard range.workItems.count <= Limits.maximumItems else {
      throw CommandError("--in-process takes \(Limits.maximumItems) dates at most at once: run parts of them")
    }
    HostSignal.install()
    let dataset = try chosenDataset.resolve()
    let host = try InProcessHost(common.settings(), of: dataset, output)
    var plan = range.plan(with: job.request)
    plan.maxFailures = tolerance.maxFailures
    var request = RunRequest(dataset: dataset.id, plan: plan, allowShrink: allowShrink ? true : nil)
    if let every {
      request.trigger = .schedule
      return try host.run(request, every: every, job: job.job, description: range.description)
    }
    let today = try dataset.timeZoneRules().localDate(at: Date())
    let description = range.description(today: today, in: dataset.timeZone)
    try host.claim(waiting: patience ?? 0)
    var progress: RunProgress?
    if let scheduledName {
      request.trigger = .schedule
      // A planned time, which EventBridge Scheduler writes with colons.
      let name = scheduledName.replacing(":", with: "-")
      progress = try host.run(request, scheduledAs: name, description: description)
    } else {
      progress = try host.run(request, name: HostRunName.manual(at: Date()), description: description)
    }
    if HostSignal.received != nil { throw HostSignal.exitCode }
    try progress?.exitUnlessSuccess()
  }
}
