import Contracts
import Foundation

/// The cached days as a table: how many events each has, and how long it stays.
struct CachedDaysReport {
  let days: [CachedDayState]
  let now: Date
  /// The zone of the times shown.
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    guard !days.isEmpty else { return ["No day is cached."] }
    var table = TextTable([
      .init(title: "day"), .init(title: "events", isRight: true), .init(title: "bytes", isRight: true, rank: 1),
      .init(title: "expires"), .init(title: "in", isRight: true, rank: 2),
    ])
    table.rows = days.map { day in
      let events: TextTable.Cell = day.records.map { .init($0) } ?? .init("unreadable", .red)
      guard let lifetime = day.lifetime else { return [.init("\(day.date)"), events, .init(day.bytes), "never", ""] }
      return [
        .init("\(day.date)"), events, .init(day.bytes), .init(zonedTime(now + lifetime, in: zone)),
        .init(elapsed(lifetime)),
      ]
    }
    return table.lines(width: terminal.size?.width, colors: terminal.colors)
  }
}
