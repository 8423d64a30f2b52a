import AWS
import Contracts
import Foundation
import Loading

/// The result of a run: a row for each item, the totals, and every error once.
struct RunReport {
  let progress: RunProgress
  /// The run's dataset, for the commands in hints.
  let dataset: Dataset
  let now: Date
  /// Shows errors in full.
  var isFull = false

  func lines(for terminal: Terminal) -> [String] {
    var lines: [String] = []
    if !progress.items.isEmpty {
      lines += table.lines(width: terminal.size?.width, colors: terminal.colors) + [""]
      lines += ItemMark.legend(progress.items.map(mark)).flatMap { TextWidth.wrapped($0, to: terminal.size?.width) }
    }
    lines += notes.flatMap { TextWidth.wrapped($0, to: terminal.size?.width) }
    let (verdict, style) = verdict
    lines += TextWidth.wrapped(verdict, to: terminal.size?.width).map {
      style?.apply($0, colors: terminal.colors) ?? $0
    }
    return lines
  }

  private var table: TextTable {
    let isCached = !dataset.publishers.isEmpty
    let columns: [TextTable.Column?] = [
      .init(title: dataset.words.item), .init(title: "found", isRight: true), .init(title: "new", isRight: true),
      .init(title: "changed", short: "chgd", isRight: true, rank: 3),
      .init(title: "unchanged", short: "same", isRight: true, rank: 2),
      .init(title: "rejected", short: "rej", isRight: true, rank: 6),
      .init(title: "cancelled", short: "canc", isRight: true, rank: 4),
      isCached ? .init(title: "cached", isRight: true, rank: 1) : nil,
      .init(title: "pages failed", short: "unread", isRight: true, rank: 5),
    ]
    var table = TextTable(columns.compactMap(\.self))
    for date in progress.items {
      let name = mark(date).cell(date.item)
      switch date.state {
      case .done(let outcome):
        table.rows.append([name] + cells(outcome))
      case .failed(let failure, let location):
        let location = location.map { " in \($0.name)" } ?? ""
        table.rows.append([name, .init("failed\(location): \(failure.name)", .red)])
      case .aborted(let location):
        let location = location.map { " in \($0.name)" } ?? ""
        table.rows.append([name, .init("aborted\(location): begun, and stopped with its run", .yellow)])
      case .running(let stage):
        table.rows.append([name, "\(stage.map { "\($0.rawValue), " } ?? "")still running"])
      case .waiting:
        table.rows.append([name, .init(progress.status.isFinal ? "not tried" : "waiting", .dim)])
      }
    }
    table.footer = [.init("  total", .bold)] + cells(progress.total)
    return table
  }

  private func mark(_ item: ItemProgress) -> ItemMark {
    switch item.state {
    case .done(let outcome): outcome.isPlain ? .done : .incomplete
    case .failed, .aborted: .failed
    case .running: .unknown
    case .waiting: progress.status.isFinal ? .failed : .unknown
    }
  }

  private func cells(_ outcome: ItemOutcome) -> [TextTable.Cell] {
    let cells: [TextTable.Cell?] = [
      .init(outcome.found), .init(outcome.new), .init(outcome.changed), .init(outcome.unchanged),
      .init(outcome.rejected, outcome.rejected > 0 ? .yellow : nil), .init(outcome.cancelled),
      dataset.publishers.isEmpty ? nil : .init(outcome.cached),
      .init(outcome.pagesFailed, outcome.pagesFailed > 0 ? .yellow : nil),
    ]
    return cells.compactMap(\.self)
  }

  private var notes: [String] {
    var notes: [String] = []
    let total = progress.total
    let empty = progress.items.filter { if case .done(let outcome) = $0.state { outcome.isEmpty } else { false } }
    if !empty.isEmpty {
      notes.append("\(RunStatus.firstFew(empty.map(\.item))): the source lists no \(dataset.words.records).")
    }
    if total.rejected > 0 {
      // An item's result has their number only, to keep a run's results small.
      let list = NextStep("rejected --run \(NextStep.quoted(progress.name))\(dataset.option)").command
      notes.append("\(Self.count(total.rejected, "record")) rejected: \(list)")
    }
    if total.cancelled > 0 {
      notes.append("\(dataset.words.records(total.cancelled)) cancelled: no longer listed, \(whereCancelledAre).")
    }
    if total.pagesFailed > 0 {
      notes.append(
        "\(Self.count(total.pagesFailed, "detail page")) could not be read: known details were kept, new events lack "
          + "theirs. The scraper's log has the reasons ('page not read').")
    }
    if total.superseded > 0 {
      notes.append(
        "\(dataset.words.items(total.superseded)) left unchanged: a later listing had been loaded before.")
    }
    let incomplete = progress.incomplete.map { ($0.item, RunFailure(name: "incomplete", message: $0.notice)) }
    notes += Self.grouped(incomplete, isFull: true)
    notes += progress.remarks
    let failures = progress.failed.map { ($0.item, $0.failure) }
    notes += Self.grouped(failures, isFull: isFull)
    let isCut = (failures.map(\.1) + [progress.failure].compactMap { $0 }).contains(where: \.isCut)
    if isCut && !isFull {
      notes.append("In full: \(NextStep("status \(NextStep.quoted(progress.name))\(dataset.option)").command)")
    }
    return notes
  }

  /// Says what the dataset's sinks do with records that they count as cancelled.
  private var whereCancelledAre: String {
    let deleting = dataset.sinks.filter(LoadingRegistry.deletingSinks.contains)
    let isMarked = dataset.sinks.contains(where: LoadingRegistry.databaseSinks.contains)
    return
      ((deleting.isEmpty ? [] : ["deleted from \(deleting.joined(separator: " and "))"])
      + (isMarked || deleting.isEmpty ? ["kept in the database with a mark"] : [])).joined(separator: ", ")
  }

  private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// Formats each error once, with its items. One outage is one error: see `RunFailure.kind`.
  static func grouped(_ failures: [(item: String, failure: RunFailure)], isFull: Bool = false) -> [String] {
    FailureGroup.groups(of: failures).map { group in
      let (all, failure) = (group.items, group.failure)
      let more = all.count > 3 ? " and \(all.count - 3) more" : ""
      return "\(all.prefix(3).joined(separator: ", "))\(more): \(isFull ? failure.description : failure.brief)"
    }
  }

  /// The counts as a sentence; empty if no item was done.
  private var sentence: String {
    guard !progress.done.isEmpty else { return "" }
    let total = progress.total
    return " "
      + RecordCounts(
        found: total.found, new: total.new, changed: total.changed, unchanged: total.unchanged, rejected: total.rejected
      ).sentence
  }

  /// The sentence about the whole run.
  var verdictText: String { verdict.text }

  private var verdict: (text: String, style: Style?) {
    let count = dataset.words.items(progress.items.count)
    let time = elapsed(progress.duration(at: now))
    let failed = progress.failed.count
    let undone = progress.items.count - progress.done.count
    let failure = progress.failure?.counting(failed: failed, of: progress.items.count)
    let end = progress.status == .aborted ? "was stopped" : "failed"
    let text = failure.map { isFull ? $0.description : $0.brief }
    // Of a stopped run without a cause there is only the status.
    let why = failure?.description == ExecutionStatus.aborted.rawValue ? "" : text.map { ": \($0)" } ?? ""
    let notDone = text.map { " \($0.asSentence)" } ?? ""
    let partial = progress.outcome == .partial ? "partial: " : ""
    let incomplete = progress.incomplete.isEmpty ? "" : ", \(progress.incomplete.count) incomplete"
    var counts = "\(progress.done.count) done\(incomplete)"
    if failed > 0 { counts += ", \(failed) failed" }
    if !progress.aborted.isEmpty { counts += ", \(progress.aborted.count) aborted" }
    if !progress.notTried.isEmpty { counts += ", \(progress.notTried.count) not tried" }
    let isComplete = progress.outcome == .success && progress.total.pagesFailed == 0
    return switch progress.status {
    case .succeeded where progress.isLocked:
      ("locked: the run did nothing\(text.map { ": \($0)" } ?? "")".asSentence, .yellow)
    case .succeeded where undone == 0:
      (
        "\(partial)\(count) in \(time), all done\(incomplete).\(notDone)\(sentence)",
        failure != nil ? .red : isComplete ? .green : .yellow
      )
    case .succeeded:
      ("\(partial)\(count) in \(time), \(counts).\(notDone)\(sentence)", .red)
    case .running, .pending, .pendingRedrive:
      ("\(count), \(counts) after \(time); it continues.", nil)
    case .failed, .timedOut, .aborted:
      progress.items.isEmpty && failure != nil
        ? ("The run \(end)\(why)", .red)
        : ("\(count) in \(time), \(counts). \("The run \(end)\(why)".asSentence)\(sentence)", .red)
    }
  }
}
