import Contracts
import Datasets
import Foundation
import Ledger

/// A run by the ledger, item by item, with every failure in full.
struct LedgerRunReport {
  let run: RunRecord
  /// The run's dataset, for the commands in hints.
  var dataset = Datasets.standard
  let items: [RunItem]
  let now: Date
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    let width = terminal.size?.width
    var lines = items.isEmpty ? [] : table.lines(width: width, colors: terminal.colors) + [""]
    let failures = items.compactMap(\.failure)
    lines +=
      (RunReport.grouped(failures.map { ("\($0.item)", $0.readableFailure) }, isFull: true)
      + [run.incompleteItems, rejected].compactMap { $0 }).flatMap { TextWidth.wrapped($0, to: width) }
    let style = run.statusCell(at: now).style
    lines += TextWidth.wrapped(conclusion, to: width).map { style?.apply($0, colors: terminal.colors) ?? $0 }
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
    for item in items {
      switch (item.failure, item.load) {
      case (let failure?, _):
        table.rows.append([.init("✗ \(item.item)", .red), .init("\(failure.location): \(failure.error)", .red)])
      case (nil, let load?):
        let loaded = localTime(load.loadedAt, in: zone) + (load.isSuperseded ? ", superseded" : "")
        table.rows.append([.init("✓ \(item.item)", .green)] + Self.cells(load.records) + [.init(loaded)])
      case (nil, nil):
        table.rows.append(["· \(item.item)", .init(run.endedAt == nil ? "not loaded yet" : "not loaded", .dim)])
      }
    }
    table.footer = [.init("total", .bold)] + Self.cells(run.records) + [""]
    return table
  }

  private static func cells(_ records: RecordCounts) -> [TextTable.Cell] {
    [
      .init(records.found), .init(records.new), .init(records.changed), .init(records.unchanged),
      .init(records.rejected, records.rejected > 0 ? .yellow : nil), .init(records.cancelled ?? 0),
    ]
  }

  private var rejected: String? {
    guard run.records.rejected > 0 else { return nil }
    let name = TextWidth.cleaned(run.run)
    return "The rejected records and the reasons: festvibes rejected --run \(name)\(dataset.option)"
  }

  private var conclusion: String {
    let items = "\(run.items.count) date\(run.items.count == 1 ? "" : "s")"
    let reason = run.failure.map { " \($0.description)." } ?? ""
    let time = run.took(at: now)
    let start = "started \(localTime(run.startedAt, in: zone)) (\(run.trigger.rawValue))"
    return "\(run.statusCell(at: now).text): \(items)\(time.isEmpty ? "" : " in \(time)"), \(run.itemsLoaded) loaded, "
      + "\(run.itemsFailed) failed, \(start).\(reason) \(run.records.sentence)"
  }
}

extension RecordCounts {
  /// The counts as a sentence that shows whether they add up.
  var sentence: String {
    let sign = found == new + changed + unchanged + rejected ? "=" : "≠"
    return "\(found) found \(sign) \(new) new + \(changed) changed + \(unchanged) unchanged + \(rejected) rejected."
  }
}
