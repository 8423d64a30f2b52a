import Time

/// Dates in a function's request.
extension CalendarDate {
  /// - Parameter name: the field that holds the text, for the message.
  /// - Throws: `InvalidInput` for anything but `YYYY-MM-DD`.
  public init(input text: String, named name: String) throws(PipelineError) {
    guard let date = CalendarDate(text) else {
      throw PipelineError(.invalidInput, "\(name) is '\(text.prefix(40))': it must be a date like 2024-05-31")
    }
    self = date
  }
}

extension ClosedRange<CalendarDate> {
  /// A range from its `start_date` and `end_date`.
  /// - Throws: `InvalidInput` if one is missing or malformed, if they are reversed, or if they span more than
  ///   `Limits.maximumItems` days.
  public init(inputStart startText: String?, end endText: String?) throws(PipelineError) {
    guard let startText, let endText else {
      throw PipelineError(.invalidInput, "start_date and end_date go together: one of them is missing")
    }
    let start = try CalendarDate(input: startText, named: "start_date")
    let end = try CalendarDate(input: endText, named: "end_date")
    guard start <= end else { throw PipelineError(.invalidInput, "start_date \(start) is after end_date \(end)") }
    let count = end.daysSinceEpoch - start.daysSinceEpoch + 1
    guard count <= Limits.maximumItems else {
      throw PipelineError(
        .invalidInput, "\(start) to \(end) are \(count) days: ask for at most \(Limits.maximumItems) at once")
    }
    self = start...end
  }

  /// Every date, first to last.
  public var dates: [CalendarDate] {
    (lowerBound.daysSinceEpoch...upperBound.daysSinceEpoch).map(CalendarDate.init(daysSinceEpoch:))
  }
}
