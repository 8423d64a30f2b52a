import Advice
import Contracts
import Foundation
import Ledger

/// The state of a dataset: its last runs, the freshness of its items, and whether an operator has to do something.
struct StatusOverview {
  let dataset: Dataset
  /// Newest first.
  let runs: [RunStatus]
  var items: [ItemStatus] = []
  /// Remarks about the report itself, a line each.
  var notes: [String] = []
  /// The other datasets whose last run failed, and that run. They are no problem of this one.
  var others: [(dataset: Dataset, run: RunStatus)] = []
  /// The schedules of other datasets that are overdue. They are no problem of this one either.
  var overdue: [OverdueSchedule] = []
  /// The plan of a retry, in a report about one run; nil for other reports, and where a retry does all again.
  var retry: RetryPlan?
  /// The reason why the cache could not be read, if it is one that readers have, too.
  var cacheFailure: String?
  /// The reason why the database could not be read, so that the freshness of items is not known.
  var ledgerFailure: String?

  /// The last run that is over. One that goes on says nothing yet, and one that was locked did nothing.
  var lastRun: RunStatus? { runs.first { $0.isOver && !$0.isLocked } }

  /// The reasons for exit status 1; empty if everything is as it should be.
  var problems: [String] {
    var problems: [String] = []
    if let run = lastRun, run.isFailure {
      problems.append("the last run, \(TextWidth.cleaned(run.record.run)), was not done: \(run.counts)")
    }
    if let run = lastRun, !run.withoutRecords.isEmpty {
      problems.append("every record of \(ItemRanges.described(run.withoutRecords)) was rejected")
    }
    let stale = items.filter(\.isStale).map(\.fresh.item)
    if !stale.isEmpty { problems.append("stale: \(ItemRanges.described(stale))") }
    if let ledgerFailure { problems.append("the database cannot be read: \(ledgerFailure)") }
    if let cacheFailure { problems.append("the cache cannot be read: \(cacheFailure)") }
    return problems
  }

  var isOK: Bool { problems.isEmpty }

  /// The commands that go on from here, without those that would do the same twice.
  func next(call: String = NextStep.call()) -> [NextStep] {
    let step = { NextStep($0 + dataset.option, call: call) }
    guard ledgerFailure == nil else { return [step("doctor")] }
    guard retry?.isRepaired != true else { return [] }
    var steps: [NextStep] = []
    if let run = lastRun, run.isFailure, run.record.items.isEmpty {
      // A run that ended before its items were planned has nothing to try again.
      let isSetting = run.record.error.flatMap(PipelineError.Name.init)?.isOfSettings ?? false
      steps.append(step(isSetting ? "doctor" : "logs --run \(NextStep.quoted(run.record.run)) --errors"))
    } else if let run = lastRun, !run.isFailure, run.record.records.rejected > 0 {
      steps.append(step("rejected --run \(NextStep.quoted(run.record.run))"))
    }
    steps += failedRuns.prefix(3).map { remedy(of: $0.run, $0.failures, call: call) }
    let lost = items.filter { [.missing, .differs].contains($0.cache) && $0.fresh.loadedAt != nil }.map(\.fresh.item)
    let undated = lost.filter { $0.date == nil }
    if !undated.isEmpty { steps.append(step("cache\(Self.options(undated))")) }
    steps += ItemRanges.ranges(of: lost.filter { $0.date != nil }).prefix(3).map { range in
      step(range.first == range.last ? "cache \(range.first)" : "cache \(range.first) \(range.last)")
    }
    let covered = Set(lastRun.map { $0.isFailure ? $0.record.items.map(\.id) : [] } ?? [])
    let never = items.filter {
      $0.isStale && $0.fresh.loadedAt == nil && $0.fresh.failure == nil && !covered.contains($0.fresh.item.id)
    }.map(\.fresh.item)
    // A run reads again the pages that were not read.
    let unread = items.filter { !$0.isStale && $0.fresh.pages?.lacksMany == true }.map(\.fresh.item)
    let wanted = (never + unread).sorted()
    steps += ItemRanges.ranges(of: wanted.filter { $0.date != nil }).prefix(3).map {
      step("run --start \($0.first) --end \($0.last)")
    }
    let others = wanted.filter { $0.date == nil }
    if !others.isEmpty { steps.append(step("run\(Self.options(others))")) }
    // Last, because what is stale in the database does not depend on the cache.
    if cacheFailure != nil { steps.append(step("doctor")) }
    return steps + self.others.map { NextStep("status\($0.dataset.option)", call: call) }
      + overdue.map { $0.next(call: call) }
  }

  /// The runs that have left items undone, with the failures that are known: the last one first.
  private var failedRuns: [(run: String, failures: [RunFailure])] {
    var runs: [(run: String, failures: [RunFailure])] = []
    let last = lastRun.flatMap { $0.isFailure && !$0.record.items.isEmpty ? $0 : nil }
    if let last { runs.append((last.record.run, last.failures.map(\.readableFailure))) }
    for fresh in items.map(\.fresh) {
      guard let failure = fresh.failure, let run = fresh.failedRun, run != last?.record.run else { continue }
      let place = runs.firstIndex { $0.run == run } ?? runs.endIndex
      if place == runs.endIndex { runs.append((run, [])) }
      runs[place].failures.append(failure.readableFailure)
    }
    return runs
  }

  /// The step after a run that failed. Items that were stopped, or not tried, are tried again.
  private func remedy(of run: String, _ failures: [RunFailure], call: String) -> NextStep {
    let remedy = failures.mostCommon.map { RunRemedy($0) } ?? .retry
    guard remedy != .awaitOther else { return NextStep("lock \(dataset.id)", call: call) }
    return remedy.step(for: run, dataset.option, call: call)
  }

  /// The options that name items.
  private static func options(_ items: [WorkItem]) -> String { items.map { " --item \($0)" }.joined() }

  /// The outcome of the last run, which did not fail.
  private var lastRunInWords: String {
    guard let run = lastRun, run.record.status == .partial else { return "done" }
    let rejected = run.record.records.rejected
    return rejected > 0
      ? "partial, with \(rejected) rejected record\(rejected == 1 ? "" : "s")"
      : "partial, with incomplete \(dataset.words.item)s"
  }

  /// A sentence about each other dataset whose last run failed, or which is overdue.
  var othersInWords: [String] {
    others.map { dataset, run in
      let reason =
        run.isFailure
        ? "was not done: \(run.counts)"
        : "rejected every record of \(ItemRanges.described(run.withoutRecords))"
      return "Another dataset: the last run of \(dataset.id), \(TextWidth.cleaned(run.record.run)), \(reason)."
    } + overdue.map { "Another dataset: \($0.sentence)" }
  }

  /// The last lines of a report: remarks, the verdict, and what to do next.
  func closing(for terminal: Terminal, next steps: [NextStep]) -> [String] {
    let style: Style = isOK ? .green : .red
    let good =
      runs.isEmpty
      ? "ok: nothing of \(dataset.id) was run yet." : "ok: the last run is \(lastRunInWords), and nothing is stale."
    let text = isOK ? good : "not ok: \(problems.joined(separator: "; "))".asSentence
    return (notes + othersInWords).flatMap { TextWidth.wrapped($0, to: terminal.size?.width) }
      + TextWidth.wrapped(text, to: terminal.size?.width).map { style.apply($0, colors: terminal.colors) }
      // Never wrapped: it is there to be pasted.
      + steps.map(\.line)
  }
}
