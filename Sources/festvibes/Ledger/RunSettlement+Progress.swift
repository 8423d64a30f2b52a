import AWS
import Contracts
import Foundation
import Time

extension RunSettlement {
  /// Takes the end of a run from its execution.
  /// - Parameters:
  ///   - progress: the ends of its items.
  ///   - opening: the run's opening, if the ledger has it.
  init(_ execution: Execution, _ progress: RunProgress, opening known: RunOpening?) {
    let opening = known ?? RunOpening(execution, items: progress.items.map(\.item))
    let endedAt = max(execution.stopDate ?? progress.endedAt ?? execution.startDate, opening.startedAt)
    let items = Dictionary(opening.items.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var failures: [ItemFailure] = []
    var (aborted, notTried): ([String], [String]) = ([], [])
    var seen: Set<String> = []
    for progress in progress.items {
      guard let item = items[progress.item] else { continue }
      seen.insert(item.id)
      switch progress.state {
      case .done: break
      case .failed(let failure, let location):
        var stage: Stage?
        if case .stage(let known)? = location { stage = known }
        failures.append(
          ItemFailure(
            item: item, stage: stage, error: failure.name, cause: failure.message,
            failedAt: min(progress.endedAt ?? endedAt, endedAt)))
      case .running, .aborted: aborted.append(item.id)
      case .waiting: notTried.append(item.id)
      }
    }
    notTried += opening.items.map(\.id).filter { !seen.contains($0) }
    self.init(
      opening: opening, endedAt: endedAt, end: End(execution), failures: failures, aborted: aborted,
      notTried: notTried.sorted())
    enrichment = EnrichmentRemarks(execution.output)?.json
  }

  /// The record as the ledger would have it, for a database that cannot be written.
  func applied(to record: RunRecord) -> RunRecord {
    var record = record
    if record.endedAt == nil {
      record.endedAt = endedAt
      (record.error, record.cause) = (nil, nil)
      switch end {
      case .finished(let cause): record.cause = cause
      case .failed(let error, let cause): (record.error, record.cause) = (error, cause)
      case .stopped(let reason, _):
        guard case .stopped(let stop) = event else { break }
        (record.error, record.cause) = (reason.error, stop.cause)
      }
      let isWhole = failures.isEmpty && aborted.isEmpty && notTried.isEmpty && record.cause == nil
      record.status =
        record.error != nil ? .failed : isWhole && record.records.rejected == 0 ? .success : .partial
    }
    if record.items.isEmpty { record.items = opening.items }
    record.itemsFailed = failures.count
    record.itemsAborted = aborted
    record.itemsNotTried = notTried
    if record.origin.isEmpty { record.origin = opening.origin }
    record.enrichment = record.enrichment ?? enrichment
    return record
  }
}

extension RunSettlement.End {
  /// The end of an execution, in the words in which the state machine closes a run.
  fileprivate init(_ execution: Execution) {
    struct Summary: Decodable { let refresh_error: String? }
    switch execution.status {
    case .timedOut, .aborted:
      let note = [execution.error, execution.cause].compactMap(\.self).filter { !$0.isEmpty }
      self = .stopped(
        execution.status == .timedOut ? .timedOut : .aborted,
        note: note.isEmpty ? nil : note.joined(separator: ": "))
    case .succeeded:
      let summary = try? JSONDecoder().decode(Summary.self, from: Data((execution.output ?? "").utf8))
      let notices = execution.notices.map { notice in
        let more = notice.count > 3 ? " and \(notice.count - 3) more" : ""
        return "\(notice.items.prefix(3).joined(separator: ", "))\(more): \(notice.notice)"
      }
      let incomplete = notices.isEmpty ? nil : RunNotice.prefixInLedger + notices.joined(separator: "; ")
      let lines = [summary?.refresh_error, incomplete].compactMap(\.self)
      self = .finished(cause: lines.isEmpty ? nil : lines.joined(separator: "\n"))
    default: self = .failed(error: execution.error ?? execution.status.rawValue, cause: execution.cause)
    }
  }
}

extension RunOpening {
  /// The opening of a run that the ledger does not know, from its execution.
  /// - Parameter items: the ids of its items.
  init(_ execution: Execution, items: [String]) {
    self.init(
      trigger: execution.facts.trigger, startedAt: execution.startDate,
      items: items.compactMap { try? WorkItem(id: $0, date: CalendarDate($0)) }.sorted(),
      origin: RunOrigin(execution.request?.plan ?? PlanRequest()))
  }
}

extension Execution {
  /// The facts about the run that its input has.
  var facts: ExecutionInput {
    (try? JSONDecoder().decode(ExecutionInput.self, from: Data((input ?? "").utf8))) ?? ExecutionInput()
  }
}
