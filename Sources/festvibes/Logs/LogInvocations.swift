import Foundation

/// The attribution of lines to invocations, and so to runs and items.
struct LogInvocations {
  /// Longer than an invocation may take. The end of one that was killed may not be in the log.
  private static let longest: TimeInterval = 15 * 60

  private let entries: [LogEntry]
  /// A line of each invocation that names a run or, better, an item.
  private var named: [String: LogEntry] = [:]
  /// The dataset of each invocation, which few of its lines name.
  private var datasets: [String: String] = [:]

  init(_ entries: [LogEntry]) {
    self.entries = entries
    for entry in entries {
      if let id = entry.requestID, let dataset = entry.dataset { datasets[id] = dataset }
      guard let id = entry.requestID, entry.run != nil || entry.item != nil else { continue }
      if named[id]?.item == nil { named[id] = entry }
    }
  }

  /// The lines, each with the run and the item of its invocation. A line without an invocation's id, such as one of a
  /// crash, is of the invocations that were open in its log stream, if those are of one run.
  var completed: [LogEntry] {
    var open: [String: [String: Date]] = [:]
    let sorted = entries.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    return sorted.map { _, entry in
      guard let id = entry.requestID else {
        let begun = (open[entry.stream] ?? [:]).filter { entry.time.timeIntervalSince($0.value) <= Self.longest }
        return Self.completed(entry, from: begun.keys.map { named[$0] })
      }
      switch entry.edge {
      case .start: open[entry.stream, default: [:]][id] = entry.time
      case .end: open[entry.stream]?[id] = nil
      case nil: break
      }
      var entry = Self.completed(entry, from: [named[id]])
      entry.dataset = entry.dataset ?? datasets[id]
      return entry
    }
  }

  /// Gives a line what all sources have in common; nothing if one of them is of no known run.
  private static func completed(_ entry: LogEntry, from sources: [LogEntry?]) -> LogEntry {
    guard let first = sources.first, let source = first, sources.allSatisfy({ $0?.run == source.run }) else {
      return entry
    }
    var entry = entry
    entry.run = entry.run ?? source.run
    guard sources.allSatisfy({ $0?.item == source.item }) else { return entry }
    entry.item = entry.item ?? source.item
    entry.date = entry.date ?? source.date
    return entry
  }
}
