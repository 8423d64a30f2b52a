import Advice
import Contracts
import FoundationEssentials
import Ledger

/// The outcome of a run by the ledger alone, and the command that goes on, by the rules of `festvibes status`.
struct RunJudgement {
  let record: RunRecord
  /// The run's items; empty if they were not read, because all are done.
  let items: [RunItem]
  /// As `OperatedDataset.option`.
  let option: String
  let command: Command
  let now: Date
  /// The freshness of the items that it did not do, by their ids.
  var fresh: [String: ItemFreshness] = [:]

  private func state(of item: RunItem) -> ItemState {
    ItemState(of: item.item.id, in: record, isLoaded: item.load != nil, hasFailed: item.failure != nil)
  }

  private func count(_ states: Set<ItemState>) -> Int { items.count { states.contains(state(of: $0)) } }

  /// The items that it did not do, of a run that is over.
  var missed: [RunItem] {
    isOver ? items.filter { [.failed, .aborted, .notTried, .unknown].contains(state(of: $0)) } : []
  }

  /// The freshness of those that another run has loaded since.
  private var repairs: [ItemFreshness] {
    missed.compactMap { fresh[$0.item.id] }.filter {
      $0.wasLoaded(since: record.endedAt ?? record.startedAt, besides: record.run)
    }
  }

  /// The items that it did not do, and no other run since.
  var open: [RunItem] {
    let repaired = Set(repairs.map(\.item.id))
    return missed.filter { !repaired.contains($0.item.id) }
  }

  /// True if other runs have done since all that it left.
  var isRepaired: Bool { !isStuck && !missed.isEmpty && open.isEmpty }

  /// The runs that have done since what it left, as a sentence; empty if none has.
  private var repair: String {
    let repairs = repairs
    guard !repairs.isEmpty else { return "" }
    let runs = Set(repairs.map { $0.run ?? "a load by hand" }).sorted()
    let some = isRepaired ? "Done" : "\(repairs.count) of \(missed.count) done"
    return "\(some) since by \(runs.prefix(3).joined(separator: ", "))"
      + (runs.count > 3 ? " and \(runs.count - 3) more." : ".")
  }

  var done: Int { items.isEmpty ? record.itemsLoaded : count([.done]) }
  var failed: Int { items.isEmpty ? record.itemsFailed : count([.failed]) }
  var undone: Int { count([.aborted, .notTried, .unknown]) }

  var isStuck: Bool { record.isStopped(at: now) }

  /// True if nothing is to be expected of the run any more.
  var isOver: Bool { record.status != .running || isStuck }

  /// True if the run is over, and did not do all that it was asked for.
  var isFailure: Bool { isStuck || record.status == .failed || (isOver && failed + undone > 0) }

  var outcome: ReportedRun.Outcome { record.outcome(at: now) }

  /// The items whose records were all rejected, of two or more.
  var withoutRecords: [String] {
    items.filter { item in
      guard let load = item.load, !load.isSuperseded, load.records.found > 1 else { return false }
      return load.records.rejected == load.records.found
    }.map(\.item.id)
  }

  /// The failures of its items, those of one reason together; the reason of most items first.
  var failures: [ReportedRun.Failure] { Self.failures(of: items) }

  /// Those of the items that no other run has done since.
  var openFailures: [ReportedRun.Failure] { Self.failures(of: open) }

  private static func failures(of items: [RunItem]) -> [ReportedRun.Failure] {
    var groups: [ReportedRun.Failure] = []
    for failure in items.compactMap(\.failure) {
      let message = message(failure)
      if let place = groups.firstIndex(where: { $0.error == failure.error && $0.message == message }) {
        groups[place].items.append(failure.item.id)
      } else {
        groups.append(
          .init(items: [failure.item.id], stage: failure.stage?.rawValue, error: failure.error, message: message))
      }
    }
    return groups.enumerated().sorted { ($1.element.items.count, $0.offset) < ($0.element.items.count, $1.offset) }
      .map(\.element)
  }

  /// The text of a failure for a person.
  static func message(_ failure: ItemFailure) -> String {
    guard failure.stage != nil || failure.error != ItemFailure.unrecorded else {
      return "the failure could not be recorded when it happened; Step Functions has it"
    }
    return failure.cause.map { ErrorDocument.message(of: $0) } ?? ""
  }

  /// The reason why the run was given up, or what it did not do beside its items.
  var cause: String {
    if isStuck { return "It did not end within the time that a run may take, and did not close itself." }
    let message = record.cause.map { ErrorDocument.message(of: $0) } ?? ""
    guard let error = record.error else { return message }
    return message.isEmpty ? error : "\(error): \(message)"
  }

  /// The command that goes on; nil if nothing is left to do.
  var next: String? {
    let run = ShellWord.quoted(record.run)
    if isStuck { return command.line("status\(option)") }
    guard isOver else { return command.line("watch \(run)\(option)") }
    // Of several errors the one of most items is seen to first; retry takes the others too.
    if let failure = openFailures.first {
      return command.line(
        RunRemedy(error: failure.error, message: failure.message).commands(for: record.run, option))
    }
    if open.contains(where: { [.aborted, .notTried].contains(state(of: $0)) }) {
      return command.line("retry \(run)\(option)")
    }
    if let error = record.error, !isRepaired {
      let isSetting = PipelineError.Name(rawValue: error)?.isOfSettings ?? false
      return command.line(isSetting ? "doctor\(option)" : "logs --run \(run) --errors\(option)")
    }
    if record.records.rejected > 0 { return command.line("rejected --run \(run)\(option)") }
    return !isRepaired && (isFailure || record.status != .success) ? command.line("status \(run)\(option)") : nil
  }

  /// The run for the page.
  /// - Parameter requests: the pages that were read, and that could not be read; nil if that is not known.
  func reported(requests: (read: Int, failed: Int)?) -> ReportedRun {
    ReportedRun(
      name: record.run, trigger: record.trigger.rawValue + (record.origin.jobType.map { ", job \($0)" } ?? ""),
      outcome: outcome, startedAt: record.startedAt, endedAt: outcome == .lost ? nil : record.endedAt,
      items: record.items.count, itemsDone: done, itemsFailed: failed, itemsUndone: undone, records: record.records,
      requests: requests.map { $0.read + $0.failed }, requestsFailed: requests?.failed, cause: cause,
      failures: failures, repair: repair, next: next)
  }
}
