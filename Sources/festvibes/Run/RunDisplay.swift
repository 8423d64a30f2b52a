import Foundation

/// Shows the progress of a run.
protocol RunDisplay {
  mutating func show(_ progress: RunProgress, at now: Date) throws
  /// Removes what was shown only while the run was in progress.
  mutating func finish() throws
}

/// The display on a terminal: lines that are redrawn in place.
struct LiveDisplay: RunDisplay {
  private let terminal: () -> Terminal
  private let words: Words
  private let write: (String) throws -> Void
  private var drawn = 0

  /// - Parameters:
  ///   - terminal: read for each drawing, because a window's size changes.
  ///   - write: writes to the terminal without a change.
  init(
    terminal: @escaping () -> Terminal, words: Words = .ofDays, write: @escaping (String) throws -> Void
  ) {
    self.terminal = terminal
    self.words = words
    self.write = write
  }

  mutating func show(_ progress: RunProgress, at now: Date) throws {
    let terminal = terminal()
    let lines = ProgressLines(
      progress: progress, now: now, size: terminal.size ?? (80, 24), colors: terminal.colors, words: words
    ).lines
    let text = lines.map { $0.escapedForTerminal(keepsStyles: terminal.colors) + "\n" }.joined()
    try write(erasure + text)
    drawn = lines.count
  }

  mutating func finish() throws {
    try write(erasure)
    drawn = 0
  }

  /// Moves the cursor to the first drawn line and erases everything after it (ECMA-48: CPL, ED).
  private var erasure: String { drawn > 0 ? "\u{1B}[\(drawn)F\u{1B}[J" : "" }
}

/// The display on a pipe: a line for each item that has ended, and now and then one for a scrape that takes long.
struct PlainDisplay: RunDisplay {
  /// The seconds between two lines about one scrape.
  private static let interval = 10.0

  private let words: Words
  private let write: (String) throws -> Void
  private var reported: Set<String> = []
  /// The times of the last lines about the items' scrapes.
  private var described: [String: Date] = [:]
  /// The time since which only the run's end is awaited.
  private var closingSince: Date?
  private var saidClosing = false

  init(words: Words = .ofDays, write: @escaping (String) throws -> Void) {
    self.words = words
    self.write = write
  }

  mutating func show(_ progress: RunProgress, at now: Date) throws {
    for item in progress.items {
      guard !item.state.isFinal, let pages = item.pages, let last = described[item.item] ?? item.startedAt,
        now.timeIntervalSince(last) >= Self.interval
      else { continue }
      described[item.item] = now
      try write("\(item.item) scraping: \(pages.words)\n")
    }
    for date in progress.items where date.state.isFinal && reported.insert(date.item).inserted {
      var line = "[\(reported.count)/\(progress.items.count)] \(date.item) "
      switch date.state {
      case .done(let outcome): line += "done: \(ProgressLines.describe(outcome, words))"
      case .failed(let failure, let location):
        line += "failed\(location.map { " in \($0.name)" } ?? ""): \(failure.brief)"
      case .aborted: line += "aborted: begun, and stopped with its run"
      case .waiting, .running: break
      }
      if let start = date.startedAt, let end = date.endedAt { line += " (\(elapsed(end.timeIntervalSince(start))))" }
      try write(line + "\n")
    }
    try showClosing(progress, at: now)
  }

  /// Says once that the run goes on after its last item: while a store is away, that takes minutes.
  private mutating func showClosing(_ progress: RunProgress, at now: Date) throws {
    guard !progress.status.isFinal, !progress.items.isEmpty, progress.items.allSatisfy(\.state.isFinal) else { return }
    let since = closingSince ?? now
    closingSince = since
    guard !saidClosing, now.timeIntervalSince(since) >= Self.interval else { return }
    saidClosing = true
    try write(
      "All \(words.item)s are over. The run refreshes the cache and records its end; it retries while a store is away.\n"
    )
  }

  mutating func finish() {}
}
