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
  /// run, and is in no selection of a run, an item or a date.
  func select(_ entries: [LogEntry]) -> [LogEntry] {
    LogInvocations(entries).completed.filter(isWanted).sorted { ($0.time, $0.id) < ($1.time, $1.id) }
  }

  private func isWanted(_ entry: LogEntry) -> Bool {
    guard !entry.isRoutine, !onlyErrors || entry.isError else { return false }
    guard dataset == nil || entry.dataset == dataset || entry.dataset == nil && entry.isWarning else { return false }
    guard run != nil || item != nil || date != nil else { return true }
    return (run == nil || entry.run == run) && (item == nil || entry.item == item)
      && (date == nil || entry.date == date || entry.item == date)
  }
}
