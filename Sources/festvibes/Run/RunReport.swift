import AWS
import ConcertsSink
import Foundation

/// What came of a run: a row for each date, the totals, and every error in full once.
struct RunReport {
  let progress: RunProgress
  let now: Date
  /// Whether errors are shown to their last word.
  var isFull = false

  func lines(for terminal: Terminal) -> [String] {
    var lines: [String] = []
    if !progress.dates.isEmpty {
      lines += table.lines(width: terminal.size?.width, colors: terminal.colors) + [""]
    }
    lines += notes.flatMap { TextWidth.wrapped($0, to: terminal.size?.width) }
    let (verdict, style) = verdict
    lines += TextWidth.wrapped(verdict, to: terminal.size?.width).map {
      style?.apply($0, colors: terminal.colors) ?? $0
    }
    return lines
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: "date"), .init(title: "found", isRight: true), .init(title: "new", isRight: true),
      .init(title: "changed", short: "chgd", isRight: true, rank: 3),
      .init(title: "unchanged", short: "same", isRight: true, rank: 2),
      .init(title: "rejected", short: "rej", isRight: true, rank: 6),
      .init(title: "cancelled", short: "canc", isRight: true, rank: 4),
      .init(title: "cached", isRight: true, rank: 1),
      .init(title: "pages failed", short: "unread", isRight: true, rank: 5),
    ])
    for date in progress.dates {
      switch date.state {
      case .done(let outcome): table.rows.append([.init("✓ \(date.date)", .green)] + Self.cells(outcome))
      case .failed(let failure, let place):
        let place = place.map { " in \($0.name)" } ?? ""
        table.rows.append([.init("✗ \(date.date)", .red), .init("failed\(place): \(failure.name)", .red)])
      case .running(let stage):
        table.rows.append(["· \(date.date)", "\(stage.map { "\($0.name), " } ?? "")still running"])
      case .waiting:
        table.rows.append(["· \(date.date)", .init(progress.status.isFinal ? "not begun" : "waiting", .dim)])
      }
    }
    table.footer = [.init("  total", .bold)] + Self.cells(progress.total)
    return table
  }

  private static func cells(_ outcome: DateOutcome) -> [TextTable.Cell] {
    [
      .init(outcome.found), .init(outcome.new), .init(outcome.changed), .init(outcome.unchanged),
      .init(outcome.rejected, outcome.rejected > 0 ? .yellow : nil), .init(outcome.cancelled),
      .init(outcome.cached), .init(outcome.pagesFailed, outcome.pagesFailed > 0 ? .yellow : nil),
    ]
  }

  private var notes: [String] {
    var notes: [String] = []
    let total = progress.total
    if total.rejected > 0 {
      // A date's result has their number only: the rest would make a run's results too long.
      notes.append(
        "\(Self.count(total.rejected, "record")) rejected: festvibes rejected --run \(progress.name)")
    }
    if total.cancelled > 0 {
      notes.append(
        "\(Self.count(total.cancelled, "event")) cancelled: no longer listed, kept in the database as 'cancelled'.")
    }
    if total.pagesFailed > 0 {
      notes.append(
        "\(Self.count(total.pagesFailed, "detail page")) could not be read: known details were kept, new events lack "
          + "theirs.")
    }
    if total.superseded > 0 {
      notes.append(
        "\(Self.count(total.superseded, "date")) left unchanged: a later listing had been loaded before.")
    }
    let failures = progress.failed.map { ($0.date, $0.failure) }
    notes += Self.grouped(failures, isFull: isFull)
    let isCut = (failures.map(\.1) + [progress.failure].compactMap { $0 }).contains(where: \.isCut)
    if isCut && !isFull { notes.append("In full: festvibes status \(progress.name)") }
    return notes
  }

  private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// Each error once, with its dates.
  static func grouped(_ failures: [(date: String, failure: RunFailure)], isFull: Bool = false) -> [String] {
    var order: [RunFailure] = []
    var dates: [RunFailure: [String]] = [:]
    for (date, failure) in failures {
      if dates[failure] == nil { order.append(failure) }
      dates[failure, default: []].append(date)
    }
    return order.map { failure in
      let all = dates[failure] ?? []
      let more = all.count > 3 ? " and \(all.count - 3) more" : ""
      return "\(all.prefix(3).joined(separator: ", "))\(more): \(isFull ? failure.description : failure.brief)"
    }
  }

  /// What became of all that was found; nothing where no date was done.
  private var equation: String {
    guard !progress.done.isEmpty else { return "" }
    let total = progress.total
    return " "
      + RecordCounts(
        found: total.found, new: total.new, changed: total.changed, unchanged: total.unchanged, rejected: total.rejected
      ).equation
  }

  private var verdict: (text: String, style: Style?) {
    let count = Self.count(progress.dates.count, "date")
    let time = elapsed(progress.duration(at: now))
    let failed = progress.dates.count - progress.done.count
    let failure = progress.failure?.counting(failed: progress.failed.count, of: progress.dates.count)
    let words = failure.map { isFull ? $0.description : $0.brief }
    let why = words.map { ": \($0)" } ?? ""
    let undone = words.map { " \($0)." } ?? ""
    return switch progress.status {
    case .succeeded where failed == 0:
      (
        "\(count) in \(time), all done.\(undone)\(equation)",
        failure != nil ? .red : progress.total.rejected == 0 ? .green : .yellow
      )
    case .succeeded:
      ("\(count) in \(time), \(progress.done.count) done, \(failed) failed.\(undone)\(equation)", .red)
    case .running, .pending, .pendingRedrive:
      ("\(count), \(progress.done.count) done after \(time); it goes on.", nil)
    case .failed, .timedOut, .aborted:
      progress.dates.isEmpty && failure != nil
        ? ("The run failed\(why)", .red)
        : ("\(count) in \(time), \(progress.done.count) done. The run failed\(why).\(equation)", .red)
    }
  }
}
