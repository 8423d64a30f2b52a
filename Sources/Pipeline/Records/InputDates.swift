import Time

/// Dates as a function's event gives them.
extension CalendarDate {
  /// - Parameter name: the field that the text stood in.
  /// - Throws: `InvalidInput` for anything but `YYYY-MM-DD`.
  public init(input text: String, named name: String) throws(PipelineError) {
    guard let date = CalendarDate(text) else {
      throw PipelineError(.invalidInput, "\(name) is '\(text.prefix(40))': it must be a date like 2024-05-31")
    }
    self = date
  }
}

extension ClosedRange<CalendarDate> {
  /// More dates than that are more likely a slip of the hand than a wish.
  public static var maximumDates: Int { 366 }

  /// A range by its `start_date` and `end_date`.
  /// - Throws: `InvalidInput` when one is missing or malformed, when they are reversed or span more than 366 days.
  public init(inputStart startText: String?, end endText: String?) throws(PipelineError) {
    guard let startText, let endText else {
      throw PipelineError(.invalidInput, "start_date and end_date go together: one of them is missing")
    }
    let start = try CalendarDate(input: startText, named: "start_date")
    let end = try CalendarDate(input: endText, named: "end_date")
    guard start <= end else { throw PipelineError(.invalidInput, "start_date \(start) lies after end_date \(end)") }
    let count = end.daysSinceEpoch - start.daysSinceEpoch + 1
    guard count <= Self.maximumDates else {
      throw PipelineError(
        .invalidInput, "\(start) to \(end) are \(count) days: ask for at most \(Self.maximumDates) at once")
    }
    self = start...end
  }

  /// Every date, first to last.
  public var dates: [CalendarDate] {
    (lowerBound.daysSinceEpoch...upperBound.daysSinceEpoch).map(CalendarDate.init(daysSinceEpoch:))
  }
}
