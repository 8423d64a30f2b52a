import Advice
import Contracts
import Foundation

/// The freshness of each item as a table, and what follows from it.
struct FreshnessReport {
  let items: [ItemStatus]
  /// True if the dataset is published to a cache.
  var isCached = true
  var words = Words.ofDays
  let now: Date
  /// The zone of the times shown.
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    guard !items.isEmpty else { return [] }
    let lines = table.lines(width: terminal.size?.width, colors: terminal.colors)
    return lines + notes.flatMap { TextWidth.wrapped($0, to: terminal.size?.width) }
  }

  private var table: TextTable {
    let isCounted = isCached || items.contains { $0.stored != nil }
    let columns: [TextTable.Column?] = [
      .init(title: "  \(words.item)"), isCounted ? .init(title: words.records, isRight: true) : nil,
      .init(title: "quarantined", short: "quar", isRight: true, rank: 3), .init(title: "listed", rank: 2),
      .init(title: "loaded", rank: 5), isCached ? .init(title: "cached", rank: 4) : nil,
      .init(title: "age", isRight: true), isCached ? .init(title: "cache") : nil,
      .init(title: "by", rank: 1), .init(title: "note", minimum: 18),
    ]
    var table = TextTable(columns.compactMap(\.self))
    table.rows = items.map { item in
      let fresh = item.fresh
      let time = { (date: Date?) in TextTable.Cell(date.map { zonedTime($0, in: zone) } ?? "") }
      let cells: [TextTable.Cell] = [
        item.mark.cell(fresh.item.id), .init(item.stored.map(String.init) ?? ""),
        .init(fresh.openRejections, fresh.openRejections > 0 ? .yellow : nil), time(fresh.listedAt),
        fresh.loadedAt == nil ? .init("never", .yellow) : time(fresh.loadedAt), time(fresh.cachedAt),
        .init(item.age(at: now).map(shortAge) ?? "never"), .init(item.cache.rawValue, cacheStyle(item.cache)),
        .init(fresh.run ?? (fresh.loadedAt == nil ? "" : "by hand")),
        .init((item.problems + item.warnings).joined(separator: "; "), item.mark.style),
      ]
      return zip(columns, cells).compactMap { column, cell in column == nil ? nil : cell }
    }
    return table
  }

  private func cacheStyle(_ cache: ItemStatus.Cache) -> Style? {
    switch cache {
    case .missing, .differs: .red
    case .expired: .yellow
    case .current: .green
    case .none, .unchecked: .dim
    }
  }

  /// The sentences below the table.
  private var notes: [String] {
    var notes = ItemMark.legend(items.map(\.mark))
    let gaps = ranges { $0.absence == .gap }
    if !gaps.isEmpty { notes.append("Gaps, which no finished run had: \(gaps).") }
    let expired = ranges { $0.cache == .expired }
    if !expired.isEmpty {
      notes.append(
        "Expired in the cache as planned, until the next run: \(expired). Today's day is cached for an hour, the next 7 "
          + "for 12 hours, later ones for a day, past ones for a week.")
    }
    let stale = ranges(where: \.isStale)
    if !stale.isEmpty { notes.append("Stale: \(stale).") }
    return notes
  }

  private func ranges(where isWanted: (ItemStatus) -> Bool) -> String {
    ItemRanges.described(items.filter(isWanted).map(\.fresh.item))
  }
}

/// Formats an age in one unit: `40 s`, `12 min`, `5 h`, `3 d`.
func shortAge(_ seconds: TimeInterval) -> String {
  switch seconds {
  case ..<60: "\(Int(seconds)) s"
  case ..<3600: "\(Int(seconds / 60)) min"
  case ..<172_800: "\(Int(seconds / 3600)) h"
  default: "\(Int(seconds / 86_400)) d"
  }
}
