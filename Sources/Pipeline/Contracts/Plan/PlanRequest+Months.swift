import Time

extension PlanRequest {
  /// Returns the requested months of a dataset whose items are months, first to last.
  /// - Parameters:
  ///   - today: the dataset's local day.
  ///   - back: the months before the current one, of a request without a range.
  ///   - ahead: those after it.
  ///   - dataset: the dataset's id, for messages.
  /// - Throws: `InvalidInput`.
  public func months(
    today: CalendarDate, back: Int, ahead: Int, in dataset: String
  ) throws(PipelineError) -> [CalendarMonth] {
    try checkOptions()
    let ofDays = [("days_ahead", daysAhead != nil), ("cached_from", cachedFrom != nil)].filter(\.1).map(\.0)
    guard ofDays.isEmpty else {
      throw PipelineError(
        .invalidInput,
        "the items of dataset \(dataset) are months: leave out \(ofDays.joined(separator: " and ")), and give start_date "
          + "and end_date, or items such as 2024-05")
    }
    if let items {
      guard startDate == nil, endDate == nil else {
        throw PipelineError(.invalidInput, "give either items, or a range of dates, not both")
      }
      return try Self.months(items)
    }
    guard startDate != nil || endDate != nil else {
      let now = CalendarMonth(of: today)
      return now.adding(-back).through(now.adding(ahead))
    }
    guard let startDate, let endDate else {
      throw PipelineError(.invalidInput, "start_date and end_date go together: one of them is missing")
    }
    let start = try CalendarDate(input: startDate, named: "start_date")
    let end = try CalendarDate(input: endDate, named: "end_date")
    guard start <= end else { throw PipelineError(.invalidInput, "start_date \(start) is after end_date \(end)") }
    let (first, last) = (CalendarMonth(of: start), CalendarMonth(of: end))
    let count = first.count(through: last)
    guard count <= Limits.maximumItems else {
      throw PipelineError(
        .invalidInput, "\(start) to \(end) are \(count) months: ask for at most \(Limits.maximumItems) at once")
    }
    return first.through(last)
  }

  private static func months(_ ids: [String]) throws(PipelineError) -> [CalendarMonth] {
    try checkCount(of: ids)
    var months: Set<CalendarMonth> = []
    for id in ids {
      guard let month = CalendarMonth(id) else {
        throw PipelineError(.invalidInput, "items has '\(id.prefix(40))': it must be a month like 2024-05")
      }
      guard months.insert(month).inserted else {
        throw PipelineError(.invalidInput, "items has \(month) twice: name each item once")
      }
    }
    return months.sorted()
  }
}
