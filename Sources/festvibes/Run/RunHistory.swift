import AWS
import Foundation
import Time

/// The last runs of a state machine.
struct RunHistory {
  /// The number of failed items of a run whose errors are fetched.
  private static let failuresShown = 5

  private let client: StepFunctionsClient
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  init(_ client: StepFunctionsClient) { self.client = client }

  func last(_ count: Int, of stateMachine: String) throws -> [RunSummary] {
    try client.listExecutions(of: .stateMachine(stateMachine), limit: count, deadline: deadline).compactMap(details)
  }

  /// - Returns: nil for the start of a job, which is no run.
  private func details(_ summary: ExecutionSummary) throws -> RunSummary? {
    var tolerated: [RunFailures] = []
    var run = RunSummary(
      name: TextWidth.cleaned(summary.name), status: summary.status, startedAt: summary.startDate,
      endedAt: summary.stopDate)
    if summary.status.isFinal {
      let execution = try client.describeExecution(summary.executionArn, deadline: deadline)
      guard execution.facts.isRun else { return nil }
      run.failure = execution.failure
      run.notices = execution.notices
      run.dataset = execution.facts.dataset
      run.isPartial = execution.summaryStatus == RunOutcome.partial.rawValue
      run.isLocked = execution.summaryStatus == RunOutcome.locked.rawValue
      tolerated = execution.toleratedFailures
    }
    guard let mapRun = try client.listMapRuns(of: summary.executionArn, deadline: deadline).first else { return run }
    let counts = try client.describeMapRun(mapRun, deadline: deadline).itemCounts
    // The execution of an item whose failure was tolerated has succeeded.
    let failed = tolerated.map(\.count).reduce(0, +)
    run.items = RunSummary.Items(
      done: counts.succeeded - failed, failed: counts.failed + counts.timedOut + counts.aborted + failed,
      total: counts.total)
    run.failures = tolerated.flatMap(\.failures)
    run.failure = run.failure?.counting(failed: run.items?.failed ?? 0, of: counts.total)
    if counts.failed > 0 {
      let failed = try client.listExecutions(
        of: .mapRun(mapRun), status: .failed, limit: Self.failuresShown, deadline: deadline)
      for child in failed {
        let execution = try client.describeExecution(child.executionArn, deadline: deadline)
        let item = execution.item ?? TextWidth.cleaned(child.name)
        run.failures.append((item, RunFailure(error: execution.error, cause: execution.cause)))
      }
    }
    run.failures = Array(run.failures.sorted { $0.item < $1.item }.prefix(Self.failuresShown))
    return run
  }
}
