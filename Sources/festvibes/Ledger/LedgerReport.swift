import Contracts
import Datasets
import Foundation
import Ledger

/// The last runs by the ledger, their failures, and the freshness of each item.
struct LedgerReport {
  /// A run and its failed items.
  struct Run {
    var record: RunRecord
    var failures: [ItemFailure] = []
  }

  let runs: [Run]
  /// The runs' dataset, for the commands in hints.
  var dataset = Datasets.standard
  let freshness: [ItemFreshness]
  /// The number of stored records of each item, by its id; empty if no sink counts them.
  var stored: [String: Int] = [:]
  let now: Date
  /// The zone of the times shown.
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    let (width, colors) = (terminal.size?.width, terminal.colors)
    guard !runs.isEmpty else {
      return ["No runs in the ledger yet: `festvibes run\(dataset.option)` starts one."] + items(width, colors)
    }
    var lines = table.lines(width: width, colors: colors)
    for run in runs where run.record.failure != nil || !run.failures.isEmpty || run.record.incompleteItems != nil {
      let name = TextWidth.cleaned(run.record.run)
      lines += ["", Style.bold.apply(name, colors: colors)]
      if let failure = run.record.failure { lines.append("  \(failure.brief)") }
      if let incomplete = run.record.incompleteItems { lines.append("  \(incomplete)") }
      lines += RunReport.grouped(run.failures.map { ("\($0.item)", $0.readableFailure) }).map { "  \($0)" }
      let isCut = (run.failures.map(\.readableFailure) + [run.record.failure].compactMap { $0 }).contains(
        where: \.isCut)
      if isCut { lines.append("  in full: festvibes status \(name)\(dataset.option)") }
    }
    return lines + items(width, colors)
  }

  private var table: TextTable {
    var table = TextTable([
      // Never cut: the name is the argument of `status`.
      .init(title: "run"), .init(title: "started", rank: 9), .init(title: "took", isRight: true, rank: 3),
      .init(title: "status"), .init(title: "loaded", isRight: true, rank: 10),
      .init(title: "failed", isRight: true, rank: 11), .init(title: "dates", isRight: true, rank: 4),
      .init(title: "found", isRight: true, rank: 8), .init(title: "new", isRight: true, rank: 7),
      .init(title: "changed", short: "chgd", isRight: true, rank: 6),
      .init(title: "unchanged", short: "same", isRight: true, rank: 2),
      .init(title: "rejected", short: "rej", isRight: true, rank: 12),
      .init(title: "cancelled", short: "canc", isRight: true, rank: 5),
      .init(title: "trigger", rank: 1),
    ])
    for run in runs.map(\.record) {
      let records = run.records
      let head: [TextTable.Cell] = [
        .init(run.run), .init(localTime(run.startedAt, in: zone)), .init(run.took(at: now)), run.statusCell(at: now),
      ]
      let items: [TextTable.Cell] = [
        .init(run.itemsLoaded), .init(run.itemsFailed, run.itemsFailed > 0 ? .red : nil), .init(run.items.count),
      ]
      let counts: [TextTable.Cell] = [
        .init(records.found), .init(records.new), .init(records.changed), .init(records.unchanged),
        .init(records.rejected, records.rejected > 0 ? .yellow : nil), .init(records.cancelled ?? 0),
      ]
      table.rows.append(head + items + counts + [.init(run.trigger.rawValue)])
    }
    return table
  }

  private func items(_ width: Int?, _ colors: Bool) -> [String] {
    guard !freshness.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "date"), .init(title: "events", isRight: true), .init(title: "quarantined", isRight: true, rank: 2),
      .init(title: "loaded"), .init(title: "by", rank: 1), .init(title: "failed since", minimum: 18),
    ])
    table.rows = freshness.map { item in
      let failure = item.failure.map { "\($0.location): \($0.error)" } ?? ""
      return [
        .init("\(item.item)"), .init(stored[item.item.id].map(String.init) ?? ""),
        .init(item.openRejections, item.openRejections > 0 ? .yellow : nil),
        item.loadedAt.map { .init(localTime($0, in: zone)) } ?? .init("never", .yellow),
        .init(item.run ?? (item.loadedAt == nil ? "" : "by hand")), .init(failure, .red),
      ]
    }
    return [""] + table.lines(width: width, colors: colors)
  }
}
