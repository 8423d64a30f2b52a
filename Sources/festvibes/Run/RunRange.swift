import Contracts
import Foundation
import Time

/// The items that a run is asked for.
enum RunRange: Equatable {
  /// Today and a number of days after it. The dataset's zone decides which day is today.
  case days(Int)
  case dates(CalendarDate, CalendarDate)
  /// Work items by their ids, each once.
  case items([String])
  /// Work items of a dataset without dates, in the order of its plan.
  /// - Parameter isWhole: true if they are all of the plan.
  case plan([WorkItem], isWhole: Bool)

  /// A century, of which a history is loaded in parts.
  static let maximumHistory = 36_525

  /// - Parameters:
  ///   - first: the date or the first date given as an argument; `last`: the last one.
  ///   - items: the ids of items.
  /// - Throws: the problem with the options, for a person.
  init(
    days: Int?, start: String?, end: String?, first: String? = nil, last: String? = nil, items: [String] = []
  ) throws(CommandError) {
    let ways = [days != nil, start != nil || end != nil, first != nil, !items.isEmpty].count { $0 }
    guard ways <= 1 else { throw CommandError("give either --days, or --start and --end, or DATE, or --item") }
    if !items.isEmpty {
      self = try .checked(items)
      return
    }
    if let first {
      self = try .between(first, "DATE", last ?? first, "LAST", maximum: Self.maximumHistory)
      return
    }
    switch (days, start, end) {
    case (nil, nil, nil): self = .days(30)
    case (let days?, nil, nil):
      guard (0..<Limits.maximumItems).contains(days) else {
        throw CommandError("--days must be between 0 and \(Limits.maximumItems - 1)")
      }
      self = .days(days)
    case (_, let start?, let end):
      self = try .between(start, "--start", end ?? start, "--end", maximum: Self.maximumHistory)
    case (_, nil, _): throw CommandError("--end needs --start")
    }
  }

  private static func checked(_ ids: [String]) throws(CommandError) -> RunRange {
    guard ids.count <= Limits.maximumItems else {
      throw CommandError("--item is given \(ids.count) times; a run takes \(Limits.maximumItems) items at most")
    }
    var known: Set<String> = []
    for id in ids {
      do { _ = try WorkItem(id: id) } catch { throw CommandError("--item: \(error.message)") }
      guard known.insert(id).inserted else { throw CommandError("--item \(id) is given twice") }
    }
    return .items(ids.sorted())
  }

  /// - Throws: the problem with the arguments, by their names.
  static func between(
    _ start: String, _ nameOfStart: String, _ end: String, _ nameOfEnd: String,
    maximum: Int = Limits.maximumItems
  ) throws(CommandError) -> RunRange {
    let (first, last) = (try date(start, of: nameOfStart), try date(end, of: nameOfEnd))
    guard first <= last else { throw CommandError("\(nameOfStart) \(first) is after \(nameOfEnd) \(last)") }
    let count = last.daysSinceEpoch - first.daysSinceEpoch + 1
    guard count <= maximum else {
      throw CommandError("\(first) to \(last) is \(count) dates; at most \(maximum) are taken at once")
    }
    return .dates(first, last)
  }

  static func date(_ text: String, of option: String) throws(CommandError) -> CalendarDate {
    guard let date = CalendarDate(text) else {
      throw CommandError("\(option) '\(text)' is not a date like 2024-05-31")
    }
    return date
  }

  /// The dates; none for a range that depends on the day.
  var dates: [CalendarDate] {
    switch self {
    case .days: []
    case .dates(let start, let end): (start...end).dates
    case .items(let ids): ids.compactMap { CalendarDate($0) }
    case .plan: []
    }
  }

  /// The work items; none for a range that depends on the day.
  var workItems: [WorkItem] {
    if case .plan(let items, _) = self { return items }
    guard case .items(let ids) = self else { return dates.map(WorkItem.init(date:)) }
    // Checked when the range was made.
    return ids.compactMap { id in CalendarDate(id).map(WorkItem.init(date:)) ?? (try? WorkItem(id: id)) }
  }

  /// The range in a run's request.
  var plan: PlanRequest {
    switch self {
    case .days(let days): PlanRequest(daysAhead: days)
    case .dates(let start, let end): PlanRequest(startDate: "\(start)", endDate: "\(end)")
    case .items(let ids): PlanRequest(items: ids)
    case .plan(let items, let isWhole): isWhole ? PlanRequest() : PlanRequest(items: items.map(\.id))
    }
  }

  /// Returns the range in the request of a job, or of a run about an object.
  func plan(with job: PlanRequest) -> PlanRequest {
    var request = plan
    (request.jobType, request.bucket, request.key) = (job.jobType, job.bucket, job.key)
    return request
  }

  /// The range for a person. Without a day, `today` stands for itself.
  var description: String { description(today: "today", "today and") }

  /// Returns the range for a person, with the date and the zone of today: that zone's day is often not this machine's.
  func description(today: CalendarDate, in zone: String) -> String {
    let day = "today, \(today) in \(zone)"
    return description(today: day, "\(day), and")
  }

  private func description(today: String, _ todayAnd: String) -> String {
    switch self {
    case .days(0): today
    case .days(let days): "\(todayAnd) \(days == 1 ? "the day" : "the \(days) days") after it"
    case .dates(let start, let end): start == end ? "\(start)" : "\(start) to \(end)"
    case .items(let ids): Self.described(ids)
    case .plan(let items, isWhole: true) where items.count > 1: "all \(items.count) items"
    case .plan(let items, _): Self.described(items.map(\.id))
    }
  }

  private static func described(_ ids: [String]) -> String {
    ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? " and \(ids.count - 3) more" : "")
  }
}
