import Contracts
import Time

/// The months of a history that have been run.
struct HistoryReport {
  struct Month: Equatable {
    var name: String
    var dates = 0
    var loaded = 0
    var failed = 0
    /// Aborted, or not tried.
    var left = 0
    var events = 0
  }

  private(set) var months: [Month] = []

  /// Adds a part that has been run.
  mutating func add(_ progress: RunProgress) {
    for item in progress.items {
      let name = CalendarDate(item.item) == nil ? "items" : String(item.item.prefix(7))
      if months.last?.name != name { months.append(Month(name: name)) }
      let index = months.count - 1
      months[index].dates += 1
      switch item.state {
      case .done(let outcome):
        months[index].loaded += 1
        months[index].events += outcome.found - outcome.rejected
      case .failed: months[index].failed += 1
      case .aborted, .waiting, .running: months[index].left += 1
      }
    }
  }

  func lines(for terminal: Terminal) -> [String] {
    var table = TextTable([
      .init(title: "month"), .init(title: "dates", isRight: true), .init(title: "loaded", isRight: true),
      .init(title: "failed", isRight: true), .init(title: "not done", isRight: true),
      .init(title: "events", isRight: true),
    ])
    var total = Month(name: "total")
    for month in months {
      table.rows.append(Self.cells(month))
      total.dates += month.dates
      total.loaded += month.loaded
      total.failed += month.failed
      total.left += month.left
      total.events += month.events
    }
    table.footer = Self.cells(total)
    return table.lines(width: terminal.size?.width, colors: terminal.colors)
  }

  private static func cells(_ month: Month) -> [TextTable.Cell] {
    [
      .init(month.name), .init(month.dates), .init(month.loaded),
      .init(month.failed, month.failed > 0 ? .red : nil), .init(month.left, month.left > 0 ? .yellow : nil),
      .init(month.events),
    ]
  }

  /// The months as elements of the JSON object that `--json` prints.
  var fields: [[String: Any]] {
    months.map {
      [
        "month": $0.name, "dates": $0.dates, "loaded": $0.loaded, "failed": $0.failed, "not_done": $0.left,
        "events": $0.events,
      ]
    }
  }
}
