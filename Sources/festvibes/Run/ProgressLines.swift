import Contracts
import Foundation

/// The lines that show a run in progress: a bar for each item, or, if there are more items than lines, for the failed
/// and running ones.
struct ProgressLines {
  let progress: RunProgress
  let now: Date
  let size: (width: Int, height: Int)
  let colors: Bool
  var words = Words.ofDays

  /// The lines; none is wider, and there are no more of them, than the terminal shows.
  var lines: [String] {
    // The cursor takes a line below, and the typed command one above.
    let room = max(4, size.height - 2)
    let items = progress.items.count + 1 <= room ? progress.items.map(line) : collapsed(to: room - 1)
    return items + [summary]
  }

  private func collapsed(to room: Int) -> [String] {
    let done = progress.done.count
    var lines: [String] = []
    if done > 0 { lines.append(fitted("✓ \(words.items(done)) done", .green)) }
    let failed = progress.items.filter { if case .failed = $0.state { true } else { false } }
    let shown = failed.suffix(max(1, room / 3))
    if failed.count > shown.count {
      lines.append(fitted("✗ \(words.items(failed.count - shown.count)) more failed", .red))
    }
    lines += shown.map(line)
    let running = progress.items.filter {
      switch $0.state {
      case .running, .aborted: true
      case .waiting, .done, .failed: false
      }
    }
    let left = max(0, room - lines.count - 1)
    lines += running.prefix(left).map(line)
    let rest = progress.waiting + max(0, running.count - left)
    if rest > 0 {
      lines.append(fitted("· \(words.items(rest)) \(progress.status.isFinal ? "not tried" : "to come")", .dim))
    }
    return lines.suffix(room)
  }

  private var summary: String {
    let failed = progress.failed.count
    var parts = ["\(progress.done.count) of \(words.items(progress.items.count)) done"]
    if failed > 0 { parts.append("\(failed) failed") }
    if !progress.aborted.isEmpty { parts.append("\(progress.aborted.count) aborted") }
    if !progress.notTried.isEmpty { parts.append("\(progress.notTried.count) not tried") }
    if progress.items.isEmpty { parts = ["planning the \(words.item)s"] }
    return fitted("\(parts.joined(separator: ", ")) · \(elapsed(progress.duration(at: now)))", .bold)
  }

  private func line(_ date: ItemProgress) -> String {
    let text: String
    let style: Style?
    switch date.state {
    case .waiting: (text, style) = ("", nil)
    case .running(let stage):
      let pages = date.pages.map { "  \($0.words)" } ?? ""
      (text, style) = ((stage.map { "\($0.rawValue)  " } ?? "") + time(of: date) + pages, nil)
    case .done(let outcome): (text, style) = (Self.describe(outcome, words), .green)
    case .failed(let failure, _): (text, style) = (failure.description, .red)
    case .aborted: (text, style) = ("aborted with its run", .yellow)
    }
    let bar = Self.bar(date.state, cells: size.width >= 60 ? 8 : 2)
    // A long id leaves room for the bar and a few words.
    let id = TextWidth.truncated(date.item, to: max(10, size.width / 2 - bar.count))
    let room = size.width - 1 - TextWidth.of(id) - 4 - bar.count
    let shown = TextWidth.truncated(text, to: room)
    return "\(id)  \(style?.apply(bar, colors: colors) ?? bar)  \(shown)".trimmingTrailingSpace
  }

  private func time(of date: ItemProgress) -> String {
    date.startedAt.map { elapsed(now.timeIntervalSince($0)) } ?? ""
  }

  private func fitted(_ text: String, _ style: Style) -> String {
    style.apply(TextWidth.truncated(text, to: size.width - 1), colors: colors)
  }

  /// Summarises a result in a few words.
  static func describe(_ outcome: ItemOutcome, _ words: Words = .ofDays) -> String {
    var parts = [words.records(outcome.found)]
    if outcome.new > 0 { parts.append("\(outcome.new) new") }
    if outcome.changed > 0 { parts.append("\(outcome.changed) changed") }
    if outcome.rejected > 0 { parts.append("\(outcome.rejected) rejected") }
    if outcome.cancelled > 0 { parts.append("\(outcome.cancelled) cancelled") }
    if outcome.pagesFailed > 0 { parts.append("\(outcome.pagesFailed) pages failed") }
    if outcome.notice != nil { parts.append("incomplete") }
    return parts.joined(separator: ", ")
  }

  /// Draws the same number of cells for each stage: full for a completed stage, grey for the current one.
  static func bar(_ state: ItemProgress.State, cells: Int) -> String {
    let full: Int
    let isRunning: Bool
    switch state {
    case .waiting: (full, isRunning) = (0, false)
    case .running(let stage): (full, isRunning) = (stage?.index ?? 0, true)
    case .done: (full, isRunning) = (Stage.allCases.count, false)
    case .failed(_, let location), .aborted(let location): (full, isRunning) = (location?.stagesDone ?? 0, false)
    }
    return Stage.allCases.map { stage in
      String(repeating: stage.index < full ? "█" : stage.index == full && isRunning ? "▒" : "░", count: cells)
    }.joined()
  }
}

extension String {
  var trimmingTrailingSpace: String {
    lastIndex { $0 != " " }.map { String(self[...$0]) } ?? ""
  }
}
