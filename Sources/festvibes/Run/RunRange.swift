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
      let (first, last) = (try Self.date(start, of: "--start"), try Self.date(end, of: "--end"))
      guard first <= last else { throw CommandError("--start \(first) lies after --end \(last)") }
      let count = last.daysSinceEpoch - first.daysSinceEpoch + 1
      guard count <= Self.maximumDates else {
        throw CommandError("\(first) to \(last) is \(count) dates; a run takes \(Self.maximumDates) at most")
      }
      self = .dates(first, last)
    case (nil, _, _): throw CommandError("--start and --end go together")
    default: throw CommandError("give either --days, or --start and --end")
    }
  }

  static func date(_ text: String, of option: String) throws(CommandError) -> CalendarDate {
    guard let date = CalendarDate(text) else {
      throw CommandError("\(option) '\(text)' is not a date like 2024-05-31")
    }
    return date
  }

  /// The execution's input, a JSON document.
  var input: String {
    switch self {
    case .days(let days): #"{"days_ahead":\#(days)}"#
    case .dates(let start, let end): #"{"start_date":"\#(start)","end_date":"\#(end)"}"#
    }
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
