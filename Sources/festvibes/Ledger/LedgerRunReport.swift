import Contracts
import Foundation
import Ledger

/// A run by the ledger, item by item, with every failure in full.
struct LedgerRunReport {
  let run: RunStatus
  /// The run's dataset, for the commands in hints.
  let dataset: Dataset
  let now: Date
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    let width = terminal.size?.width
    var lines = run.items.isEmpty ? [] : table.lines(width: width, colors: terminal.colors) + [""]
    lines += ItemMark.legend(run.items.map(mark)).flatMap { TextWidth.wrapped($0, to: width) }
    let failures = RunReport.grouped(run.failures.map { ("\($0.item)", $0.readableFailure) }, isFull: true)
    let others = [run.undone, run.unread, run.record.incompleteItems, rejected].compactMap(\.self)
    let remarks = run.record.remarks.map(TextWidth.cleaned) + (EnrichmentRemarks(run.record.enrichment)?.lines ?? [])
    lines += (failures + others + remarks + run.notes).flatMap {
      TextWidth.wrapped($0, to: width)
    }
    let style = run.statusCell(at: now).style
    lines += TextWidth.wrapped(conclusion, to: width).map { style?.apply($0, colors: terminal.colors) ?? $0 }
    return lines
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: dataset.words.item), .init(title: "found", isRight: true), .init(title: "new", isRight: true),
      .init(title: "changed", short: "chgd", isRight: true, rank: 3),
      .init(title: "unchanged", short: "same", isRight: true, rank: 2),
      .init(title: "rejected", short: "rej", isRight: true, rank: 6),
      .init(title: "cancelled", short: "canc", isRight: true, rank: 4),
      .init(title: "pages unread", short: "unread", isRight: true, rank: 5), .init(title: "loaded", rank: 1),
    ])
    for item in run.items {
      let name = mark(item).cell(item.item.id)
      switch (run.state(of: item), item.failure, item.load) {
      case (.failed, let failure?, _):
        table.rows.append([name, .init("\(failure.location): \(failure.error)", .red)])
      case (.done, _, let load?):
        let loaded = zonedTime(load.loadedAt, in: zone) + (load.isSuperseded ? ", superseded" : "")
        let unread = load.pages.map { TextTable.Cell($0.failed, $0.failed > 0 ? .yellow : nil) } ?? ""
        table.rows.append(
          [name] + Self.cells(load.records) + [unread, .init(loaded + (load.records.found == 0 ? ", empty" : ""))])
      case (.running, _, .some): table.rows.append([name, "loaded, not cached yet"])
      case (.running, _, nil): table.rows.append([name, .init("not loaded yet", .dim)])
      case (.waiting, _, _): table.rows.append([name, .init("waiting", .dim)])
      case (.aborted, _, let load):
        table.rows.append([name, .init("aborted\(load == nil ? "" : ", after it was loaded")", .red)])
      case (.unknown, _, _): table.rows.append([name, .init("not done", .red)])
      case (let state, _, _): table.rows.append([name, .init(state.name, .red)])
      }
    }
    table.footer =
      [.init("total", .bold)] + Self.cells(run.record.records)
      + [.init(run.record.pagesFailed.map(String.init) ?? ""), ""]
    return table
  }

  private func mark(_ item: RunItem) -> ItemMark {
    switch run.state(of: item) {
    case .done:
      item.load?.pages?.lacksMany != true && item.load?.records.found ?? 0 > 0 ? .done : .incomplete
    case .running, .waiting: .unknown
    case .failed, .aborted, .notTried, .unknown: .failed
    }
  }

  private static func cells(_ records: RecordCounts) -> [TextTable.Cell] {
    [
      .init(records.found), .init(records.new), .init(records.changed), .init(records.unchanged),
      .init(records.rejected, records.rejected > 0 ? .yellow : nil), .init(records.cancelled ?? 0),
    ]
  }

  private var rejected: String? {
    guard run.record.records.rejected > 0 else { return nil }
    let name = NextStep.quoted(TextWidth.cleaned(run.record.run))
    return "The rejected records and the reasons: \(NextStep("rejected --run \(name)\(dataset.option)").command)"
  }

  /// The trigger, the job, the object and the process: `schedule, job hourly, by the process 4711 on the machine etl-1`.
  private var origin: String {
    let origin = run.record.origin
    let object = [origin.bucket.map { "bucket \($0)" }, origin.key.map { "key \($0)" }].compactMap(\.self)
    let parts =
      [run.record.trigger.rawValue] + [origin.jobType.map { "job \($0)" }].compactMap(\.self) + object
      + [run.record.process.map { "by \($0.words)" }].compactMap(\.self)
    return TextWidth.cleaned(parts.joined(separator: ", "))
  }

  private var conclusion: String {
    let record = run.record
    let items = dataset.words.items(record.items.count)
    let reason = run.failure.map { " \($0.description.asSentence)" } ?? ""
    let time = run.took(at: now)
    let start = "started \(zonedTime(record.startedAt, in: zone)) (\(origin))"
    return "\(run.statusCell(at: now).text): \(items)\(time.isEmpty ? "" : " in \(time)"), \(run.counts), \(start)."
      + "\(reason) \(record.records.sentence)"
  }
}

extension RecordCounts {
  /// The counts as a sentence that shows whether they add up.
  var sentence: String {
    let sign = found == new + changed + unchanged + rejected ? "=" : "≠"
    return "\(found) found \(sign) \(new) new + \(changed) changed + \(unchanged) unchanged + \(rejected) rejected."
  }
}
