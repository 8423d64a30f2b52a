import Foundation

/// The lines that a person asks for.
struct LogSelection {
  var run: String?
  var item: String?
  var date: String?
  var dataset: String?
  var onlyErrors = false

  /// Returns the lines of the selection, by time.
  ///
  /// A line that names no run or item has those of its invocation's other lines. One that still has none is of no known
  /// run: warnings, and what crashes write, are kept, because they may be the cause.
  func select(_ entries: [LogEntry]) -> [LogEntry] {
    Self.completed(entries).filter(isWanted).sorted { ($0.time, $0.id) < ($1.time, $1.id) }
  }

  private func isWanted(_ entry: LogEntry) -> Bool {
    guard !entry.isRoutine, !onlyErrors || entry.isError else { return false }
    guard dataset == nil || entry.dataset == dataset || entry.dataset == nil && entry.isWarning else { return false }
    guard run != nil || item != nil || date != nil else { return true }
    if entry.run == nil && entry.item == nil { return entry.isWarning }
    return (run == nil || entry.run == run) && (item == nil || entry.item == item)
      && (date == nil || entry.date == date || entry.item == date)
  }

  /// Gives each line the run and the item of its invocation.
  private static func completed(_ entries: [LogEntry]) -> [LogEntry] {
    var named: [String: LogEntry] = [:]
    for entry in entries {
      guard let id = entry.requestID, entry.run != nil || entry.item != nil || entry.dataset != nil else { continue }
      if named[id]?.item == nil {
        var entry = entry
        entry.dataset = entry.dataset ?? named[id]?.dataset
        named[id] = entry
      } else if named[id]?.dataset == nil {
        named[id]?.dataset = entry.dataset
      }
    }
    return entries.map { entry in
      guard let id = entry.requestID, let source = named[id] else { return entry }
      var entry = entry
      entry.run = entry.run ?? source.run
      entry.item = entry.item ?? source.item
      entry.date = entry.date ?? source.date
      entry.dataset = entry.dataset ?? source.dataset
      return entry
    }
  }
}
