import AWS
import Contracts
import Datasets
import Foundation
import Ledger
import Time

/// Completes runs of the ledger from Step Functions: the end of a run that could not close itself, the failures that the
/// ledger could not take, the items that were stopped or never begun, and runs that it does not know at all. What it
/// finds of an ended run it writes into the ledger.
final class RunReconciler {
  /// The calls to Step Functions and to the ledger.
  struct Calls {
    /// Returns the ARN of a run.
    var arn: (_ run: String) -> String
    var executions: any Executions
    var latest: (_ count: Int) throws -> [ExecutionSummary]
    var settle: (RunSettlement, _ run: String) throws -> Void
    var read: (_ run: String) throws -> (record: RunRecord, items: [RunItem])?
    /// Returns the items that the ledger has loads of a run for; nil if that is not known.
    var loaded: (_ run: String) throws -> Set<String>? = { _ in nil }
    /// True if the ledger cannot be read, so that its lack of a load says nothing.
    var isLedgerAway = false
  }

  /// The time that all look-ups together may take. The ledger alone is a useful report, too.
  private static let budget = Duration.seconds(20)

  private let dataset: Dataset
  private let calls: Calls?
  let time: any TimeSource
  private let deadline: Deadline
  /// The reason why Step Functions cannot be asked, once that is known.
  private(set) var unreachable: String?
  /// The reason why the ledger cannot be written, once that is known.
  private(set) var unwritable: String?

  /// - Parameter calls: nil if no state machine is set.
  init(_ dataset: Dataset, _ calls: Calls?, time: any TimeSource = SystemTime()) {
    self.dataset = dataset
    self.calls = calls
    self.time = time
    deadline = Deadline(after: Self.budget, on: time)
  }

  /// Remarks about all runs, a line each.
  var notes: [String] {
    [
      unreachable.map { "Step Functions could not be asked, so open runs may have ended: \($0)" },
      unwritable.map { "What Step Functions has was not recorded in the ledger: \($0)" },
    ].compactMap(\.self)
  }

  /// Completes a run.
  func status(_ record: RunRecord, _ items: [RunItem]) -> RunStatus {
    let known = RunStatus(record: record, items: items)
    // Of a run outside of Step Functions the ledger has all there is.
    guard !record.isOfHost else { return known }
    guard Self.isOpenQuestion(known), let calls, unreachable == nil else { return known }
    guard !deadline.hasPassed else {
      unreachable = "no time was left after \(Self.budget.components.seconds) s; fewer runs take less: --last"
      return known
    }
    do {
      guard let execution = try calls.execution(known.record.run) else { return try lost(known, calls) }
      return try complete(known, execution, calls)
    } catch let error as AWSError where error.saysNoExecution {
      return forgotten(known)
    } catch {
      unreachable = "\(error)"
      return known
    }
  }

  /// Returns a run that the ledger does not have, by its execution; nil if Step Functions does not have it for this
  /// dataset either.
  func unknown(_ run: String) -> RunStatus? {
    guard let calls, unreachable == nil, !deadline.hasPassed, (try? RunName.check(run)) != nil else { return nil }
    do {
      guard let execution = try calls.execution(run) else { return nil }
      // The start of a job is no run: the runs that it started are.
      guard execution.facts.isRun, (execution.facts.dataset ?? Datasets.standardID) == dataset.id else { return nil }
      let opening = RunOpening(execution, items: [])
      let record = RunRecord(
        run: run, trigger: opening.trigger, status: .running, startedAt: opening.startedAt, items: [], itemsLoaded: 0,
        itemsFailed: 0, records: RecordCounts())
      var status = try complete(RunStatus(record: record), execution, calls, isInLedger: false)
      if status.record.status == .running {
        // It may have been opened since the ledger was read.
        if let opened = try calls.read(run) { return self.status(opened.record, opened.items) }
        status.notes.append("The ledger has no opening of \(run).")
      }
      return status
    } catch let error as AWSError where error.saysNoExecution {
      return nil
    } catch {
      unreachable = "\(error)"
      return nil
    }
  }

  /// Returns the names of the last runs of Step Functions that are not among those of the ledger, newest first.
  func unknownRuns(besides known: [RunRecord], last count: Int) -> [String] {
    guard let calls, unreachable == nil else { return [] }
    let names = Set(known.map(\.run))
    let oldest = known.count < count ? nil : known.map(\.startedAt).min()
    do {
      return try calls.latest(count).filter { run in
        !names.contains(run.name) && oldest.map { run.startDate > $0 } ?? true
      }.map(\.name)
    } catch {
      unreachable = "\(error)"
      return []
    }
  }

  /// True if Step Functions may know more of the run than the ledger.
  static func isOpenQuestion(_ run: RunStatus) -> Bool {
    run.record.status == .running || run.count(.unknown) > 0
      || run.record.items.isEmpty && run.record.itemsNotTried == nil
      || run.failures.contains { $0.stage == nil && $0.error == ItemFailure.unrecorded }
  }

  private func complete(
    _ known: RunStatus, _ execution: Execution, _ calls: Calls, isInLedger: Bool = true
  ) throws -> RunStatus {
    let run = known.record.run
    let progress = try ExecutionFollower(calls.executions, arn: calls.arn(run)).poll()
    if progress.isLocked { return locked(known, execution, progress) }
    guard execution.status.isFinal, progress.isSettled else { return live(known, progress) }
    let opening = RunOpening(
      trigger: known.record.trigger, startedAt: known.record.startedAt, items: known.record.items,
      origin: RunOrigin(execution.request?.plan ?? PlanRequest()))
    let settlement = RunSettlement(
      execution, progress, opening: isInLedger && !opening.items.isEmpty ? opening : nil)
    // A ledger that lacks loads of items that were done is another database, or an earlier state of this one: what Step
    // Functions has does not belong there.
    let loaded = try calls.loaded(run)
    let isOthers = loaded.map { loaded in progress.done.contains { !loaded.contains($0.item) } } ?? false
    return noting(progress, isOthers ? applied(settlement, to: known) : settled(settlement, known, calls))
  }

  /// Writes the end of a run, and returns what the ledger has then, or would have.
  func settled(_ settlement: RunSettlement, _ known: RunStatus, _ calls: Calls) -> RunStatus {
    let run = known.record.run
    guard unwritable == nil else { return applied(settlement, to: known) }
    do {
      try calls.settle(settlement, run)
      if let found = try calls.read(run) { return RunStatus(record: found.record, items: found.items) }
    } catch {
      unwritable = (error as? PipelineError)?.message ?? "\(error)"
    }
    return applied(settlement, to: known)
  }

  /// Adds a note about items that Step Functions has as done, and the ledger has no load of.
  private func noting(_ progress: RunProgress, _ run: RunStatus) -> RunStatus {
    let loaded = Set(run.items.filter { $0.load != nil }.map(\.item.id))
    let missing = progress.done.map(\.item).filter { !loaded.contains($0) }
    guard !missing.isEmpty else { return run }
    var run = run
    guard calls?.isLedgerAway != true else {
      for item in missing { run.live[item] = .done }
      return run
    }
    run.notes.append(
      "By Step Functions \(missing.count) of its items were done, but the ledger has no load of them. Was the database "
        + "restored, or is PG_DATABASE_URL another one?")
    return run
  }

  private func applied(_ settlement: RunSettlement, to known: RunStatus) -> RunStatus {
    let failures = Dictionary(settlement.failures.map { ($0.item.id, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = Dictionary(known.items.map { ($0.item.id, $0) }, uniquingKeysWith: { first, _ in first })
    let items = settlement.opening.items.map { item in
      let row = rows[item.id]
      let recorded = row?.failure.flatMap { $0.stage == nil ? nil : $0 }
      return RunItem(item: item, load: row?.load, failure: recorded ?? failures[item.id])
    }
    return RunStatus(record: settlement.applied(to: known.record), items: items)
  }

  /// A run that goes on, or whose last items are ending.
  private func live(_ known: RunStatus, _ progress: RunProgress) -> RunStatus {
    var status = known
    var rows = Dictionary(known.items.map { ($0.item.id, $0) }, uniquingKeysWith: { first, _ in first })
    for item in progress.items {
      guard let work = rows[item.item]?.item ?? (try? WorkItem(id: item.item, date: CalendarDate(item.item))) else {
        continue
      }
      var row = rows[item.item] ?? RunItem(item: work)
      switch item.state {
      case .done: status.live[item.item] = .done
      case .running: status.live[item.item] = .running
      case .aborted: status.live[item.item] = .aborted
      case .failed(let failure, let location):
        var stage: Stage?
        if case .stage(let known)? = location { stage = known }
        status.live[item.item] = .failed
        row.failure =
          row.failure
          ?? ItemFailure(
            item: work, stage: stage, error: failure.name, cause: failure.message,
            failedAt: item.endedAt ?? progress.startedAt)
      case .waiting: status.live[item.item] = .waiting
      }
      rows[item.item] = row
    }
    status.items = rows.values.sorted { $0.item < $1.item }
    if status.record.items.isEmpty { status.record.items = status.items.map(\.item) }
    status.record.itemsFailed = status.count(.failed)
    return status
  }
}
