import Foundation

/// Shows a run as it goes on.
protocol RunDisplay {
  mutating func show(_ progress: RunProgress, at now: Date)
  /// Takes away what was only for the time being.
  mutating func finish()
}

/// On a terminal: lines that are drawn anew in their place.
struct LiveDisplay: RunDisplay {
  private let terminal: () -> Terminal
  private let write: (String) -> Void
  private var drawn = 0

  /// - Parameter terminal: asked each time, since a window's size changes.
  init(terminal: @escaping () -> Terminal, write: @escaping (String) -> Void) {
    self.terminal = terminal
    self.write = write
  }

  mutating func show(_ progress: RunProgress, at now: Date) {
    let terminal = terminal()
    let lines = ProgressLines(
      progress: progress, now: now, size: terminal.size ?? (80, 24), colors: terminal.colors
    ).lines
    write(erasure + lines.map { $0 + "\n" }.joined())
    drawn = lines.count
  }

  mutating func finish() {
    write(erasure)
    drawn = 0
  }

  /// Cursor up to the first line that was drawn, and everything from there on erased (ECMA-48: CPL, ED).
  private var erasure: String { drawn > 0 ? "\u{1B}[\(drawn)F\u{1B}[J" : "" }
}

/// On a pipe: a line for each date that has ended.
struct PlainDisplay: RunDisplay {
  private let write: (String) -> Void
  private var reported: Set<String> = []

  init(write: @escaping (String) -> Void) { self.write = write }

  mutating func show(_ progress: RunProgress, at now: Date) {
    for date in progress.dates where date.state.isFinal && reported.insert(date.date).inserted {
      var line = "[\(reported.count)/\(progress.dates.count)] \(date.date) "
      switch date.state {
      case .done(let outcome): line += "done: \(ProgressLines.words(for: outcome))"
      case .failed(let failure, let place):
        line += "failed\(place.map { " in \($0.name)" } ?? ""): \(failure.brief)"
      case .waiting, .running: break
      }
      if let start = date.startedAt, let end = date.endedAt { line += " (\(elapsed(end.timeIntervalSince(start))))" }
      write(line + "\n")
    }
  }

  mutating func finish() {}
}
