import Contracts
import Definitions
import Time

extension RunRange {
  /// The items that a command is asked for, of a dataset with a plan.
  /// - Parameters: as `init(days:start:end:first:last:items:)`.
  /// - Throws: the problem with the options, for a person; also if the dataset has no dates, or if it does not have an item.
  init(
    of dataset: Dataset, _ plan: ItemPlan, days: Int? = nil, start: String? = nil, end: String? = nil,
    first: String? = nil, last: String? = nil, items: [String] = []
  ) throws(CommandError) {
    guard case .items(let known) = plan else {
      self = try RunRange(days: days, start: start, end: end, first: first, last: last, items: items)
      guard case .items(let ids) = self, let foreign = ids.first(where: { CalendarDate($0) == nil }) else { return }
      throw CommandError("--item '\(foreign)' is not a date like 2024-05-31: the items of \(dataset.id) are dates")
    }
    let ofDates = [
      ("--days", days != nil), ("--start", start != nil), ("--end", end != nil), ("DATE", first != nil || last != nil),
    ].filter(\.1).map(\.0)
    guard ofDates.isEmpty else {
      throw CommandError(
        "dataset \(dataset.id) has no dates: leave out \(ofDates.joined(separator: " and ")). --item names one of "
          + Self.listed(known))
    }
    guard !items.isEmpty else {
      self = .plan(known, isWhole: true)
      return
    }
    var wanted: Set<String> = []
    for id in items {
      guard known.contains(where: { $0.id == id }) else {
        throw CommandError("--item '\(id)' is no item of the dataset \(dataset.id): it has \(Self.listed(known))")
      }
      guard wanted.insert(id).inserted else { throw CommandError("--item \(id) is given twice") }
    }
    self = .plan(known.filter { wanted.contains($0.id) }, isWhole: false)
  }

  /// The ids of a plan for a person: the first ten.
  private static func listed(_ items: [WorkItem]) -> String {
    let more = items.count > 10 ? " and \(items.count - 10) more" : ""
    return items.prefix(10).map(\.id).joined(separator: ", ") + more
  }
}
