import ConcertsSink
import Foundation

/// A run by the ledger, date by date, with every failure in full.
struct LedgerRunReport {
  let run: RunRecord
  let dates: [RunItem]
  let now: Date
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    let width = terminal.size?.width
    var lines = dates.isEmpty ? [] : table.lines(width: width, colors: terminal.colors) + [""]
    let failures = dates.compactMap(\.failure)
    lines += (RunReport.grouped(failures.map { ("\($0.date)", $0.words) }, isFull: true) + [rejected].compactMap { $0 })
      .flatMap { TextWidth.wrapped($0, to: width) }
    let style = run.statusCell(at: now).style
    lines += TextWidth.wrapped(verdict, to: width).map { style?.apply($0, colors: terminal.colors) ?? $0 }
    return lines
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: "date"), .init(title: "found", isRight: true), .init(title: "new", isRight: true),
      .init(title: "changed", short: "chgd", isRight: true, rank: 3),
      .init(title: "unchanged", short: "same", isRight: true, rank: 2),
      .init(title: "rejected", short: "rej", isRight: true, rank: 6),
      .init(title: "cancelled", short: "canc", isRight: true, rank: 4), .init(title: "loaded", rank: 1),
    ])
    for date in dates {
      switch (date.failure, date.load) {
      case (let failure?, _):
        table.rows.append([.init("✗ \(date.date)", .red), .init("\(failure.place): \(failure.error)", .red)])
      case (nil, let load?):
        let loaded = localTime(load.loadedAt, in: zone) + (load.isSuperseded ? ", superseded" : "")
        table.rows.append(
          [.init("✓ \(date.date)", .green)] + Self.cells(load.events, load.cancelled) + [.init(loaded)])
      case (nil, nil):
        table.rows.append(["· \(date.date)", .init(run.endedAt == nil ? "not loaded yet" : "not loaded", .dim)])
      }
    }
    table.footer = [.init("total", .bold)] + Self.cells(run.events, run.cancelled) + [""]
    return table
  }

  private static func cells(_ events: RecordCounts, _ cancelled: Int) -> [TextTable.Cell] {
    [
      .init(events.found), .init(events.new), .init(events.changed), .init(events.unchanged),
      .init(events.rejected, events.rejected > 0 ? .yellow : nil), .init(cancelled),
    ]
  }

  private var rejected: String? {
    run.events.rejected == 0 ? nil : "What was rejected, and why: festvibes rejected --run \(run.run)"
  }

  private var verdict: String {
    let dates = "\(run.dates.count) date\(run.dates.count == 1 ? "" : "s")"
    let why = run.failure.map { " \($0.description)." } ?? ""
    let time = run.took(at: now)
    let begin = "started \(localTime(run.startedAt, in: zone)) (\(run.trigger.rawValue))"
    return "\(run.statusCell(at: now).text): \(dates)\(time.isEmpty ? "" : " in \(time)"), \(run.datesLoaded) loaded, "
      + "\(run.datesFailed) failed, \(begin).\(why) \(run.events.equation)"
  }
}

extension RecordCounts {
  /// What became of all that was found, as a sentence.
  var equation: String {
    let sign = found == new + changed + unchanged + rejected ? "=" : "≠"
    return "\(found) found \(sign) \(new) new + \(changed) changed + \(unchanged) unchanged + \(rejected) rejected."
  }
}
