import ArgumentParser
import Contracts
import Foundation

/// A run that a process did itself is tried again in this process.
extension RetryCommand {
  func retry(_ former: HostedRun, _ settings: Settings) throws {
    let dataset = former.dataset
    HostSignal.install()
    let host = try InProcessHost(settings, of: dataset, output)
    // Ends here while the run goes on, and closes it if its process was killed.
    try host.claim()
    guard let run = try HostedRun.read(runName, settings, dataset) else {
      throw RunSession.unknown(runName, dataset.option)
    }
    let record = run.status.record
    var request = record.origin.request
    request.jobType = request.jobType ?? job.job
    (request.bucket, request.key) = (request.bucket ?? job.bucket, request.key ?? job.key)
    guard !record.items.isEmpty else {
      throw CommandError(
        "\(runName) ended before its items were planned\(record.failure.map { ": \($0.brief)" } ?? "")\n"
          + NextStep("run --in-process --dataset \(dataset.id)\(JobOptions.words(request))").line)
    }
    let plan = try withoutLoaded(
      RetryPlan(ledger: run.status), since: record.endedAt ?? record.startedAt, RunRequest(dataset: dataset.id),
      settings)
    guard !plan.items.isEmpty else { return try reportNothing(plan, of: dataset) }
    (request.items, request.maxFailures) = (plan.items.map(\.id), tolerance.maxFailures)
    let progress = try host.run(
      RunRequest(dataset: dataset.id, plan: request, allowShrink: allowShrink ? true : nil),
      name: HostRunName.manual(at: Date()), description: plan.description(of: runName, dataset.words),
      retryOf: runName)
    if HostSignal.received != nil { throw HostSignal.exitCode }
    try progress.exitUnlessSuccess()
  }
}
