import Contracts

/// The parts in which a history is run: whole months, up to `Limits.maximumItems` items each.
struct HistoryPlan: Equatable {
  let parts: [[WorkItem]]

  /// - Parameter items: sorted; items without a date count as one month.
  init(_ items: [WorkItem]) {
    var parts: [[WorkItem]] = []
    for month in Self.months(items) {
      if let last = parts.last, last.count + month.count <= Limits.maximumItems {
        parts[parts.count - 1] += month
      } else {
        parts.append(month)
      }
    }
    self.parts = parts
  }

  private static func months(_ items: [WorkItem]) -> [[WorkItem]] {
    var months: [[WorkItem]] = []
    for item in items {
      if let last = months.last?.last, last.month == item.month, months[months.count - 1].count < Limits.maximumItems {
        months[months.count - 1].append(item)
      } else {
        months.append([item])
      }
    }
    return months
  }

  /// Returns the plan of a part: a range if its days follow each other, else its ids.
  static func request(_ part: [WorkItem]) -> PlanRequest {
    guard let first = part.first?.date, let last = part.last?.date, part.allSatisfy({ $0.date != nil }),
      last.daysSinceEpoch - first.daysSinceEpoch + 1 == part.count
    else { return PlanRequest(items: part.map(\.id)) }
    return PlanRequest(startDate: "\(first)", endDate: "\(last)")
  }
}

extension WorkItem {
  /// The month of the item's day, `2024-05`; empty for an item that is not about a day.
  var month: String { date.map { String("\($0)".prefix(7)) } ?? "" }
}
