import Contracts
import Foundation
import Ledger

/// The last runs by the ledger, as a table, followed by what went wrong in each.
struct LedgerReport {
  let runs: [RunStatus]
  /// The runs' dataset, for the commands in hints.
  let dataset: Dataset
  let now: Date
  /// The zone of the times shown.
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    let (width, colors) = (terminal.size?.width, terminal.colors)
    guard !runs.isEmpty else {
      return ["No runs of the dataset \(dataset.id) in the ledger yet: `festvibes run\(dataset.option)` starts one."]
    }
    var lines = table.lines(width: width, colors: colors)
    for run in runs {
      let details = details(run)
      guard !details.isEmpty else { continue }
      lines += ["", Style.bold.apply(TextWidth.cleaned(run.record.run), colors: colors)]
      lines += details.flatMap { TextWidth.wrapped($0, to: width, indent: 2) }
    }
    return lines
  }

  private func details(_ run: RunStatus) -> [String] {
    var lines: [String] = []
    if let failure = run.failure { lines.append(failure.brief) }
    if let incomplete = run.record.incompleteItems { lines.append(incomplete) }
    lines += RunReport.grouped(run.failures.map { ("\($0.item)", $0.readableFailure) })
    lines += [run.undone, run.unread].compactMap(\.self) + run.notes
    let isCut = (run.failures.map(\.readableFailure) + [run.failure].compactMap { $0 }).contains(where: \.isCut)
    if isCut {
      let name = NextStep.quoted(TextWidth.cleaned(run.record.run))
      lines.append("in full: \(NextStep("status \(name)\(dataset.option)").command)")
    }
    return lines
  }

  private var table: TextTable {
    let stopped = runs.contains { $0.count(.aborted) > 0 }
    let untried = runs.contains { $0.count(.notTried) + $0.count(.unknown) > 0 }
    var table = TextTable(
      [
        // Never cut: the name is the argument of `status`.
        .init(title: "run"), .init(title: "started", rank: 9), .init(title: "took", isRight: true, rank: 3),
        .init(title: "status"), .init(title: "done", isRight: true, rank: 11),
        .init(title: "failed", isRight: true, rank: 12),
      ] + (stopped ? [.init(title: "aborted", short: "abrt", isRight: true, rank: 13)] : [])
        + (untried ? [.init(title: "not tried", short: "untr", isRight: true, rank: 13)] : []) + [
          .init(title: "\(dataset.words.item)s", isRight: true, rank: 10),
          .init(title: "found", isRight: true, rank: 8),
          .init(title: "new", isRight: true, rank: 7),
          .init(title: "changed", short: "chgd", isRight: true, rank: 6),
          .init(title: "unchanged", short: "same", isRight: true, rank: 2),
          .init(title: "rejected", short: "rej", isRight: true, rank: 9),
          .init(title: "cancelled", short: "canc", isRight: true, rank: 5),
          .init(title: "unread", isRight: true, rank: 4), .init(title: "trigger", rank: 1),
        ])
    for run in runs {
      let (record, records) = (run.record, run.record.records)
      var cells: [TextTable.Cell] = [
        .init(record.run), .init(zonedTime(record.startedAt, in: zone)), .init(run.took(at: now)),
        run.statusCell(at: now), .init(run.done), .init(run.failed, run.failed > 0 ? .red : nil),
      ]
      let (aborted, notTried) = (run.count(.aborted), run.count(.notTried) + run.count(.unknown))
      if stopped { cells.append(.init(aborted, aborted > 0 ? .red : nil)) }
      if untried { cells.append(.init(notTried, notTried > 0 ? .red : nil)) }
      cells += [
        .init(record.items.count), .init(records.found), .init(records.new), .init(records.changed),
        .init(records.unchanged), .init(records.rejected, records.rejected > 0 ? .yellow : nil),
        .init(records.cancelled ?? 0),
        .init(record.pagesFailed.map(String.init) ?? "", (record.pagesFailed ?? 0) > 0 ? .yellow : nil),
        .init(record.trigger.rawValue),
      ]
      table.rows.append(cells)
    }
    return table
  }
}
