import AWS
import Foundation

/// What came of a run: a row for each date, the totals, and every error in full once.
struct RunReport {
  let progress: RunProgress
  let now: Date

  func lines(for terminal: Terminal) -> [String] {
    var lines: [String] = []
    if !progress.dates.isEmpty {
      lines += table.lines(width: terminal.size?.width, colors: terminal.colors) + [""]
    }
    lines += notes.flatMap { TextWidth.wrapped($0, to: terminal.size?.width) }
    lines.append(verdict(colors: terminal.colors))
    return lines
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: "date"), .init(title: "found", isRight: true), .init(title: "new", isRight: true),
      .init(title: "changed", isRight: true), .init(title: "unchanged", isRight: true),
      .init(title: "rejected", isRight: true), .init(title: "cached", isRight: true),
      .init(title: "pages failed", isRight: true),
    ])
    for date in progress.dates {
      switch date.state {
      case .done(let outcome): table.rows.append([.init("✓ \(date.date)", .green)] + Self.cells(outcome))
      case .failed(let failure, let stage):
        let place = stage.map { " in \($0.name)" } ?? ""
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
      .init(outcome.rejected, outcome.rejected > 0 ? .yellow : nil), .init(outcome.cached),
      .init(outcome.pagesFailed, outcome.pagesFailed > 0 ? .yellow : nil),
    ]
  }

  private var notes: [String] {
    var notes: [String] = []
    let pages = progress.total.pagesFailed
    if pages > 0 {
      let what = pages == 1 ? "1 detail page" : "\(pages) detail pages"
      notes.append("\(what) could not be read: their events are there, without what those pages tell.")
    }
    notes += Self.grouped(progress.failed.map { ($0.date, $0.failure) })
    return notes
  }

  /// Each error once, with its dates.
  static func grouped(_ failures: [(date: String, failure: RunFailure)]) -> [String] {
    var order: [RunFailure] = []
    var dates: [RunFailure: [String]] = [:]
    for (date, failure) in failures {
      if dates[failure] == nil { order.append(failure) }
      dates[failure, default: []].append(date)
    }
    return order.map { failure in
      let all = dates[failure] ?? []
      let more = all.count > 3 ? " and \(all.count - 3) more" : ""
      return "\(all.prefix(3).joined(separator: ", "))\(more): \(failure.description)"
    }
  }

  private func verdict(colors: Bool) -> String {
    let count = progress.dates.count == 1 ? "1 date" : "\(progress.dates.count) dates"
    let time = elapsed(progress.duration(at: now))
    let failed = progress.dates.count - progress.done.count
    switch (progress.status, progress.failure) {
    case (.succeeded, _) where failed == 0: return Style.green.apply("\(count) in \(time), all done.", colors: colors)
    case (.succeeded, _):
      return Style.red.apply("\(count) in \(time), \(progress.done.count) done, \(failed) failed.", colors: colors)
    case (.running, _), (.pending, _), (.pendingRedrive, _):
      return "\(count), \(progress.done.count) done after \(time); it goes on."
    case (_, let failure?) where progress.dates.isEmpty:
      return Style.red.apply("The run failed: \(failure.description)", colors: colors)
    case (_, let failure):
      let why = failure.map { ": \($0.description)" } ?? ""
      return Style.red.apply(
        "\(count) in \(time), \(progress.done.count) done. The run failed\(why).", colors: colors)
    }
  }
}
