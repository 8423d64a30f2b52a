import Contracts
import Foundation
import Time

/// For which dates a run is asked for.
enum RunRange: Equatable {
  /// Today and so many days after it; what day it is, the dataset's zone decides.
  case days(Int)
  case dates(CalendarDate, CalendarDate)

  /// As long as the date-range generator allows.
  static let maximumDates = 366

  /// - Throws: what is wrong with the options, in words.
  init(days: Int?, start: String?, end: String?) throws(CommandError) {
    switch (days, start, end) {
    case (nil, nil, nil): self = .days(30)
    case (let days?, nil, nil):
      guard (0..<Self.maximumDates).contains(days) else {
        throw CommandError("--days must be between 0 and \(Self.maximumDates - 1)")
      }
      self = .days(days)
    case (nil, let start?, let end?):
      self = try .between(start, "--start", end, "--end")
    case (nil, _, _): throw CommandError("--start and --end go together")
    default: throw CommandError("give either --days, or --start and --end")
    }
  }

  /// - Throws: what is wrong with the arguments, by their names.
  static func between(
    _ start: String, _ nameOfStart: String, _ end: String, _ nameOfEnd: String
  ) throws(CommandError) -> RunRange {
    let (first, last) = (try date(start, of: nameOfStart), try date(end, of: nameOfEnd))
    guard first <= last else { throw CommandError("\(nameOfStart) \(first) lies after \(nameOfEnd) \(last)") }
    let count = last.daysSinceEpoch - first.daysSinceEpoch + 1
    guard count <= maximumDates else {
      throw CommandError("\(first) to \(last) is \(count) dates; a run takes \(maximumDates) at most")
    }
    return .dates(first, last)
  }

  static func date(_ text: String, of option: String) throws(CommandError) -> CalendarDate {
    guard let date = CalendarDate(text) else {
      throw CommandError("\(option) '\(text)' is not a date like 2024-05-31")
    }
    return date
  }

  /// None for a range that depends on the day.
  var dates: [CalendarDate] {
    guard case .dates(let start, let end) = self else { return [] }
    return Array((start...end).dates)
  }

  /// For people.
  var description: String {
    switch self {
    case .days(0): "today"
    case .days(let days): "today and \(days == 1 ? "the day" : "the \(days) days") after it"
    case .dates(let start, let end): start == end ? "\(start)" : "\(start) to \(end)"
    }
  }
}
