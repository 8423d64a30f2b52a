import Foundation

/// The lines that show a run under way: a bar for each date, or, where there are more dates than lines, for each of those
/// that something can be said of.
struct ProgressLines {
  let progress: RunProgress
  let now: Date
  let size: (width: Int, height: Int)
  let colors: Bool

  /// No line is wider, and there are no more lines, than the terminal shows.
  var lines: [String] {
    // Below the last line stands the cursor, and above the first the command that was typed.
    let room = max(4, size.height - 2)
    let dates = progress.dates.count + 1 <= room ? progress.dates.map(line) : collapsed(to: room - 1)
    return dates + [summary]
  }

  private func collapsed(to room: Int) -> [String] {
    let done = progress.done.count
    var lines: [String] = []
    if done > 0 { lines.append(fitted("✓ \(dates(done)) done", .green)) }
    let failed = progress.dates.filter { if case .failed = $0.state { true } else { false } }
    let shown = failed.suffix(max(1, room / 3))
    if failed.count > shown.count { lines.append(fitted("✗ \(dates(failed.count - shown.count)) more failed", .red)) }
    lines += shown.map(line)
    let running = progress.running
    let left = max(0, room - lines.count - 1)
    lines += running.prefix(left).map(line)
    let rest = progress.waiting + max(0, running.count - left)
    if rest > 0 { lines.append(fitted("· \(dates(rest)) to come", .dim)) }
    return lines.suffix(room)
  }

  private var summary: String {
    let failed = progress.failed.count
    var parts = ["\(progress.done.count) of \(dates(progress.dates.count)) done"]
    if failed > 0 { parts.append("\(failed) failed") }
    if progress.dates.isEmpty { parts = ["finding the dates"] }
    return fitted("\(parts.joined(separator: ", ")) · \(elapsed(progress.duration(at: now)))", .bold)
  }

  private func line(_ date: DateProgress) -> String {
    let text: String
    let style: Style?
    switch date.state {
    case .waiting: (text, style) = ("", nil)
    case .running(let stage): (text, style) = ((stage.map { "\($0.name)  " } ?? "") + time(of: date), nil)
    case .done(let outcome): (text, style) = (Self.words(for: outcome), .green)
    case .failed(let failure, _): (text, style) = (failure.description, .red)
    }
    let bar = Self.bar(date.state, cells: size.width >= 60 ? 8 : 2)
    let room = size.width - 1 - date.date.count - 4 - bar.count
    let shown = TextWidth.truncated(text, to: room)
    return "\(date.date)  \(style?.apply(bar, colors: colors) ?? bar)  \(shown)".trimmingTrailingSpace
  }

  private func time(of date: DateProgress) -> String {
    date.startedAt.map { elapsed(now.timeIntervalSince($0)) } ?? ""
  }

  private func fitted(_ text: String, _ style: Style) -> String {
    style.apply(TextWidth.truncated(text, to: size.width - 1), colors: colors)
  }

  private func dates(_ count: Int) -> String { count == 1 ? "1 date" : "\(count) dates" }

  /// What came of a date, in a few words.
  static func words(for outcome: DateOutcome) -> String {
    var parts = outcome.found == 1 ? ["1 event"] : ["\(outcome.found) events"]
    if outcome.new > 0 { parts.append("\(outcome.new) new") }
    if outcome.changed > 0 { parts.append("\(outcome.changed) changed") }
    if outcome.rejected > 0 { parts.append("\(outcome.rejected) rejected") }
    if outcome.cancelled > 0 { parts.append("\(outcome.cancelled) cancelled") }
    if outcome.pagesFailed > 0 { parts.append("\(outcome.pagesFailed) pages failed") }
    return parts.joined(separator: ", ")
  }

  /// As many cells for each stage: full for a stage that is over, grey for the one under way.
  static func bar(_ state: DateProgress.State, cells: Int) -> String {
    let full: Int
    let isUnderWay: Bool
    switch state {
    case .waiting: (full, isUnderWay) = (0, false)
    case .running(let stage): (full, isUnderWay) = (stage?.rawValue ?? 0, true)
    case .done: (full, isUnderWay) = (Stage.allCases.count, false)
    case .failed(_, let place): (full, isUnderWay) = (place?.stagesDone ?? 0, false)
    }
    return Stage.allCases.map { stage in
      String(repeating: stage.rawValue < full ? "█" : stage.rawValue == full && isUnderWay ? "▒" : "░", count: cells)
    }.joined()
  }
}

extension String {
  var trimmingTrailingSpace: String {
    lastIndex { $0 != " " }.map { String(self[...$0]) } ?? ""
  }
}
