import ConcertsSink
import Foundation

/// The last runs by the ledger, what failed in them, and how fresh each date is.
struct LedgerReport {
  /// A run, and those of its dates that failed.
  struct Run {
    var record: RunRecord
    var failures: [ItemFailure] = []
  }

  let runs: [Run]
  let freshness: [ItemFreshness]
  let now: Date
  /// In which times are shown.
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    let (width, colors) = (terminal.size?.width, terminal.colors)
    guard !runs.isEmpty else {
      return ["No runs in the ledger yet: `festvibes run` starts one."] + dates(width, colors)
    }
    var lines = table.lines(width: width, colors: colors)
    for run in runs where run.record.failure != nil || !run.failures.isEmpty {
      lines += ["", Style.bold.apply(TextWidth.cleaned(run.record.run), colors: colors)]
      if let failure = run.record.failure { lines.append("  \(failure.brief)") }
      lines += RunReport.grouped(run.failures.map { ("\($0.date)", $0.words) }).map { "  \($0)" }
      let isCut = (run.failures.map(\.words) + [run.record.failure].compactMap { $0 }).contains(where: \.isCut)
      if isCut { lines.append("  in full: festvibes status \(run.record.run)") }
    }
    return lines + dates(width, colors)
  }

  private var table: TextTable {
    var table = TextTable([
      // A name that was cut could not be given to `status`.
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
      let events = run.events
      let head: [TextTable.Cell] = [
        .init(run.run), .init(localTime(run.startedAt, in: zone)), .init(run.took(at: now)), run.statusCell(at: now),
      ]
      let dates: [TextTable.Cell] = [
        .init(run.datesLoaded), .init(run.datesFailed, run.datesFailed > 0 ? .red : nil), .init(run.dates.count),
      ]
      let counts: [TextTable.Cell] = [
        .init(events.found), .init(events.new), .init(events.changed), .init(events.unchanged),
        .init(events.rejected, events.rejected > 0 ? .yellow : nil), .init(run.cancelled),
      ]
      table.rows.append(head + dates + counts + [.init(run.trigger.rawValue)])
    }
    return table
  }

  private func dates(_ width: Int?, _ colors: Bool) -> [String] {
    guard !freshness.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "date"), .init(title: "shows", isRight: true), .init(title: "set aside", isRight: true, rank: 2),
      .init(title: "loaded"), .init(title: "by", rank: 1), .init(title: "failed since", minimum: 20),
    ])
    table.rows = freshness.map { date in
      let failure = date.failure.map { "\($0.place): \($0.error)" } ?? ""
      return [
        .init("\(date.date)"), .init(date.shows),
        .init(date.openRejections, date.openRejections > 0 ? .yellow : nil),
        date.loadedAt.map { .init(localTime($0, in: zone)) } ?? .init("never", .yellow),
        .init(date.run ?? (date.loadedAt == nil ? "" : "by hand")), .init(failure, .red),
      ]
    }
    return [""] + table.lines(width: width, colors: colors)
  }
}
