import Contracts
import Time

/// Items in few words: consecutive dates as a range.
public enum ItemRanges {
  /// Joins consecutive dates. Items without a date stay apart.
  public static func ranges(of items: [WorkItem]) -> [(first: WorkItem, last: WorkItem)] {
    items.sorted().reduce(into: []) { ranges, item in
      if let last = ranges.last?.last.date, let date = item.date, last.adding(days: 1) == date {
        ranges[ranges.count - 1].last = item
      } else {
        ranges.append((item, item))
      }
    }
  }

  /// `2024-05-31, 2024-06-02 to 2024-06-05 (5 dates)`; empty without items.
  public static func described(_ items: [WorkItem]) -> String {
    let ranges = ranges(of: items)
    guard items.count > 1 else { return items.first?.id ?? "" }
    let shown = ranges.prefix(4).map { $0.first == $0.last ? $0.first.id : "\($0.first) to \($0.last)" }
    let noun = items.allSatisfy { $0.date != nil } ? "dates" : "items"
    let more = ranges.count > shown.count ? ", …" : ""
    return "\(shown.joined(separator: ", "))\(more) (\(items.count) \(noun))"
  }
}
