import Contracts
import Foundation
import Time

/// The dates that a run is asked for.
enum RunRange: Equatable {
  /// Today and a number of days after it. The dataset's zone decides which day is today.
  case days(Int)
  case dates(CalendarDate, CalendarDate)

  /// - Throws: the problem with the options, for a person.
  init(days: Int?, start: String?, end: String?) throws(CommandError) {
    switch (days, start, end) {
    case (nil, nil, nil): self = .days(30)
    case (let days?, nil, nil):
      guard (0..<Limits.maximumItems).contains(days) else {
        throw CommandError("--days must be between 0 and \(Limits.maximumItems - 1)")
      }
      self = .days(days)
    case (nil, let start?, let end?):
      self = try .between(start, "--start", end, "--end")
    case (nil, _, _): throw CommandError("--start and --end go together")
    default: throw CommandError("give either --days, or --start and --end")
    }
  }

  /// - Throws: the problem with the arguments, by their names.
  static func between(
    _ start: String, _ nameOfStart: String, _ end: String, _ nameOfEnd: String
  ) throws(CommandError) -> RunRange {
    let (first, last) = (try date(start, of: nameOfStart), try date(end, of: nameOfEnd))
    guard first <= last else { throw CommandError("\(nameOfStart) \(first) is after \(nameOfEnd) \(last)") }
    let count = last.daysSinceEpoch - first.daysSinceEpoch + 1
    guard count <= Limits.maximumItems else {
      throw CommandError("\(first) to \(last) is \(count) dates; a run takes \(Limits.maximumItems) at most")
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
    guard case .dates(let start, let end) = self else { return [] }
    return Array((start...end).dates)
  }

  /// The range in a run's request.
  var plan: PlanRequest {
    switch self {
    case .days(let days): PlanRequest(daysAhead: days)
    case .dates(let start, let end): PlanRequest(startDate: "\(start)", endDate: "\(end)")
    }
  }

  /// The range for a person.
  var description: String {
    switch self {
    case .days(0): "today"
    case .days(let days): "today and \(days == 1 ? "the day" : "the \(days) days") after it"
    case .dates(let start, let end): start == end ? "\(start)" : "\(start) to \(end)"
    }
  }
}
