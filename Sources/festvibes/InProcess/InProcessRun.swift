import AWS
import Contracts
import Foundation
import LambdaRuntime
import Time

/// A run in this process: the states of statemachine/etl.asl.json, one after another.
///
/// The items are not processed five at once, as the state machine does, but one after another. The functions are
/// synchronous, and each has a connection and the memory of one item; five at once would be five threads with five
/// times of each. The source's rate is the limit in either case: a lone scraper may use all of it, five share it.
final class InProcessRun {
  /// The events that a run writes into the ledger after it was told to stop are not given up in turn.
  private let closing: FunctionCalls
  private let calls: FunctionCalls
  private let functions: any RunFunctions
  private let request: RunRequest
  private let dataset: Dataset
  /// True for a run that must be in the ledger, because it is asked what has run.
  private let needsLedger: Bool
  private let time: any TimeSource
  private let show: (RunProgress) throws -> Void

  private var progress: RunProgress
  private var opening: RunOpening
  private var failures: [ItemFailure] = []
  private var enrichment = EnrichmentRemarks()
  /// The end of a run that did not try every item, for the ledger; nil of any other.
  private(set) var settlement: RunSettlement?
  /// The failure to show the progress: the run goes on.
  private var lostOutput: (any Error)?

  /// - Parameters:
  ///   - name: the run's name, as `RunName.check` allows it.
  ///   - isStopped: true once the process was told to end.
  ///   - show: takes the progress after each change.
  init(
    _ request: RunRequest, name: String, of dataset: Dataset, with functions: any RunFunctions,
    needsLedger: Bool = false, log: Logger, time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator(), isStopped: @escaping () -> Bool = { false },
    show: @escaping (RunProgress) throws -> Void
  ) {
    self.request = request
    self.dataset = dataset
    self.functions = functions
    self.needsLedger = needsLedger
    self.time = time
    self.show = show
    calls = FunctionCalls(log: log, time: time, isStopped: isStopped, random: random)
    closing = FunctionCalls(log: log, time: time, isStopped: { false }, random: random)
    let trigger = request.replay != nil ? RunOpening.Trigger.replay : request.trigger ?? .manual
    let origin = RunOrigin(request.plan, host: HostProcess.own.description)
    opening = RunOpening(trigger: trigger, startedAt: time.now, items: [], origin: origin)
    progress = RunProgress(name: name, status: .running, startedAt: opening.startedAt)
  }

  /// Runs all stages.
  /// - Returns: the run at its end, which is in the ledger if that can be written.
  /// - Throws: the error of `show`, when the run has ended.
  func run() throws -> RunProgress {
    do {
      try runStages()
    } catch is RunStopped {
      stop(.aborted)
    } catch {
      fail(error as? CallFailure ?? CallFailure(error))
    }
    display()
    if let lostOutput { throw lostOutput }
    return progress
  }

  private func runStages() throws {
    guard case .plan(let plan) = try calls.call(.plan, { context in try functions.plan(request, context) }) else {
      throw CallFailure(error: "ParamGeneratorFailed", cause: "the response is of a job without a dataset")
    }
    opening.items = plan.items
    progress.items = plan.items.map { ItemProgress(item: $0.id, state: .waiting) }.sorted { $0.item < $1.item }
    display()
    guard try open(mustBeWritten: needsLedger || plan.needsLedger == true) else { return }
    let isWhole = try processItems()
    guard isWhole else { return stop(.timedOut) }
    try RunEnrichment(functions: functions, calls: calls, dataset: dataset, run: progress.name).enrich(&enrichment)
    let refreshError = try refresh()
    let tolerance = tolerance
    guard !tolerance.isExceeded(by: failures.count, of: opening.items.count) else {
      return fail(
        CallFailure(
          error: "States.ExceedToleratedFailureThreshold",
          cause: "too many items failed: at most \(tolerance.description) may"))
    }
    finish(refreshError)
  }

  private var tolerance: RunRules.Tolerance {
    RunRules.Tolerance(
      maxFailures: request.maxFailures, isScheduled: [.schedule, .event].contains(opening.trigger),
      items: opening.items.count)
  }

  /// Opens the run in the ledger, which takes the dataset's lock and has the items' checkpoints.
  /// - Returns: false if another run has the lock.
  private func open(mustBeWritten: Bool) throws -> Bool {
    do {
      let response = try calls.call(.ledger) { context in try record(.opened(opening), context) }
      if let items = response.items { opening.items = items }
    } catch let failure as CallFailure where failure.error == PipelineError.Name.runLocked.rawValue {
      end(.succeeded, RunFailure(error: failure.error, cause: failure.cause))
      progress.summaryStatus = RunOutcome.locked.rawValue
      return false
    } catch let failure as CallFailure where !mustBeWritten && !failure.isOfMissingDatabase {
      // As in the state machine: what can be loaded is worth more than its record.
      closing.note("the run goes on without its opening in the ledger: \(failure.line)")
    }
    return true
  }

  /// - Returns: false if the run has taken longer than a run may.
  private func processItems() throws -> Bool {
    let deadline = Deadline(after: Limits.runTimeout, on: time)
    let stages = ItemStages(
      functions: functions, calls: calls, run: progress.name, request: request, dataset: dataset,
      startedAt: opening.startedAt)
    for item in opening.items {
      guard !deadline.hasPassed else { return false }
      guard !tolerance.isExceeded(by: failures.count, of: opening.items.count) else { return true }
      set(item, .running(.scrape)) { $0.startedAt = time.now }
      do {
        let outcome = try stages.process(item) { stage in set(item, .running(stage)) }
        set(item, .done(outcome)) { $0.endedAt = time.now }
      } catch let failure as ItemStages.Failure {
        try fail(item, failure)
      }
    }
    return true
  }

  private func fail(_ item: WorkItem, _ failure: ItemStages.Failure) throws {
    let (error, cause) = (failure.reason.error, failure.reason.cause)
    let failed = ItemFailure(item: item, stage: failure.stage, error: error, cause: cause, failedAt: time.now)
    failures.append(failed)
    set(item, .failed(RunFailure(error: error, cause: cause), in: .stage(failure.stage))) { $0.endedAt = time.now }
    do { _ = try calls.call(.ledger) { context in try record(.failed(failed), context) } } catch is CallFailure {
      // The item keeps its own error. The end of the run names it, too.
    }
  }

  /// Caches the items again, and others whose published records the run has changed.
  /// - Returns: the reasons why that failed; nil if it did not.
  private func refresh() throws -> String? {
    var errors: [String] = []
    func trying(_ work: () throws -> Void) throws {
      do { try work() } catch let failure as CallFailure {
        if !errors.contains(failure.line) { errors.append(failure.line) }
      }
    }
    var items = opening.items.filter { $0.isCached(from: request.cachedFrom) }
    try trying {
      let changed = try calls.call(.cache) { context in
        try functions.cache(CacheRequest(dataset: dataset.id, changedSince: opening.startedAt), context)
      }
      let known = Set(opening.items.map(\.id))
      items += (changed.items ?? []).filter { !known.contains($0.id) }
    }
    let (failed, all) = (failures.count, opening.items.count)
    let hasFailed = tolerance.isExceeded(by: failed, of: all) || failed == all
    let completion = RunCompletion(run: progress.name, startedAt: RFC3339.utc(opening.startedAt))
    for first in stride(from: 0, to: items.count, by: Limits.itemsRefreshedAtOnce) {
      let request = CacheRequest(
        dataset: dataset.id, items: Array(items[first...].prefix(Limits.itemsRefreshedAtOnce)), run: progress.name,
        completion: first == 0 && !hasFailed ? completion : nil)
      try trying { _ = try calls.call(.cache) { context in try functions.cache(request, context) } }
    }
    return errors.isEmpty ? nil : String(errors.joined(separator: "; ").prefix(2000))
  }

  private func finish(_ refreshError: String?) {
    end(.succeeded, refreshError.map(RunFailure.init(incomplete:)))
    let causes = [refreshError, progress.incompleteItems].compactMap(\.self)
    let cause = causes.isEmpty ? nil : causes.joined(separator: "\n")
    close(.finished(failedItems: failures.map(\.item.id).sorted(), cause: cause))
  }

  private func fail(_ failure: CallFailure) {
    end(.failed, RunFailure(error: failure.error, cause: failure.cause))
    settle(.failed(error: failure.error, cause: failure.cause))
    close(.failed(error: failure.error, cause: failure.cause))
  }

  /// Ends a run that was told to stop, or took too long, as EventBridge's rule does on AWS.
  private func stop(_ reason: RunStop.Reason) {
    for index in progress.items.indices {
      if case .running(let stage) = progress.items[index].state {
        progress.items[index].state = .aborted(in: stage.map(FailureLocation.stage))
        progress.items[index].endedAt = time.now
      }
    }
    let note = reason == .aborted ? "the process was told to end" : nil
    end(reason == .aborted ? .aborted : .timedOut, note.map { RunFailure(error: reason.error, cause: $0) })
    settle(.stopped(reason, note: note))
    if let settlement { tryClosing(settlement.event) }
  }

  private func settle(_ end: RunSettlement.End) {
    settlement = RunSettlement(
      opening: opening, endedAt: progress.endedAt ?? time.now, end: end, failures: failures, aborted: progress.aborted,
      notTried: progress.notTried)
    settlement?.enrichment = enrichment.json
  }

  private func end(_ status: ExecutionStatus, _ failure: RunFailure?) {
    progress.status = status
    progress.endedAt = max(time.now, opening.startedAt)
    progress.failure = failure
  }

  private func close(_ outcome: RunClosing.Outcome) {
    let endedAt = progress.endedAt ?? time.now
    tryClosing(
      .closed(RunClosing(opening: opening, endedAt: endedAt, outcome: outcome, enrichment: enrichment.json)))
  }

  /// Writes the end into the ledger. The run is over in any case.
  private func tryClosing(_ event: LedgerEvent) {
    do {
      let response = try closing.call(.ledger) { context in try record(event, context) }
      progress.remarks = (response.remarks ?? []).map(TextWidth.cleaned) + enrichment.lines
    } catch {
      closing.note("the end of the run is not in the ledger: \((error as? CallFailure)?.line ?? "\(error)")")
    }
  }

  private func record(_ event: LedgerEvent, _ context: LambdaContext) throws -> LedgerResponse {
    try functions.record(LedgerRequest(dataset: dataset.id, run: progress.name, event: event), context)
  }

  private func set(
    _ item: WorkItem, _ state: ItemProgress.State, _ change: (inout ItemProgress) -> Void = { _ in }
  ) {
    guard let index = progress.items.firstIndex(where: { $0.item == item.id }) else { return }
    progress.items[index].state = state
    change(&progress.items[index])
    display()
  }

  private func display() {
    guard lostOutput == nil else { return }
    do { try show(progress) } catch { lostOutput = error }
  }
}
