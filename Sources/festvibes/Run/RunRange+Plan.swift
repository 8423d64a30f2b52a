import Contracts
import Definitions
import Foundation
import Time

extension RunRange {
  /// The items that a command is asked for, of a dataset with a plan.
  /// - Parameters: as `init(days:start:end:first:last:items:)`, and `object`: a request that has the object of S3, if the
  ///   run is about one.
  /// - Throws: the problem with the options, for a person; also if the dataset has no dates, or if it does not have an item.
  init(
    of dataset: Dataset, _ plan: ItemPlan, days: Int? = nil, start: String? = nil, end: String? = nil,
    first: String? = nil, last: String? = nil, items: [String] = [], object: PlanRequest = PlanRequest()
  ) throws(CommandError) {
    if plan.isOfMonths {
      self = try .months(dataset, plan, days: days, start: start ?? first, end: end ?? last, items, object)
      return
    }
    guard let listed = plan.items else {
      let namesNone = days == nil && start == nil && end == nil && first == nil && items.isEmpty
      let days = namesNone ? plan.daysAhead : days
      self = try RunRange(days: days, start: start, end: end, first: first, last: last, items: items)
      guard case .items(let ids) = self, let foreign = ids.first(where: { CalendarDate($0) == nil }) else { return }
      throw CommandError("--item '\(foreign)' is not a date like 2024-05-31: the items of \(dataset.id) are dates")
    }
    let known = object.bucket == nil && object.key == nil ? listed : try Self.planned(dataset, plan, object)
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

  /// The months of a range of dates, or those that are named; without either what the plan says.
  private static func months(
    _ dataset: Dataset, _ plan: ItemPlan, days: Int?, start: String?, end: String?, _ items: [String],
    _ object: PlanRequest
  ) throws(CommandError) -> RunRange {
    guard days == nil else {
      throw CommandError(
        "the items of \(dataset.id) are months: leave out --days, and give --start and --end, or --item")
    }
    var request = object
    (request.startDate, request.endDate) = (start, end ?? start)
    if !items.isEmpty { request.items = items }
    return .plan(try planned(dataset, plan, request), isWhole: start == nil && items.isEmpty)
  }

  private static func planned(
    _ dataset: Dataset, _ plan: ItemPlan, _ request: PlanRequest
  ) throws(CommandError) -> [WorkItem] {
    do throws(PipelineError) {
      return try plan.response(to: request, of: dataset.id) { () throws(PipelineError) in
        try dataset.timeZoneRules().localDate(at: Date())
      }.items
    } catch { throw CommandError(error.message) }
  }

  /// The ids of a plan for a person: the first ten.
  private static func listed(_ items: [WorkItem]) -> String {
    let more = items.count > 10 ? " and \(items.count - 10) more" : ""
    return items.prefix(10).map(\.id).joined(separator: ", ") + more
  }
}
