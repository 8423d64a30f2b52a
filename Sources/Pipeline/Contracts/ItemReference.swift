import Time

/// The work item that a request names, in today's shape or in one of the former ones.
enum ItemReference {
  /// - Parameters:
  ///   - item: today's shape.
  ///   - date: the former shape: the date of a dataset whose items are days.
  ///   - purpose: the end of the message if both are missing.
  /// - Throws: `InvalidInput` if both are missing, if they name different days, or if the date is malformed.
  static func resolve(_ item: WorkItem?, orDate date: String?, missing purpose: String) throws(PipelineError)
    -> WorkItem
  {
    let date = try date.map { text throws(PipelineError) in try CalendarDate(input: text, named: "date") }
    guard let item else {
      guard let date else { throw PipelineError(.invalidInput, purpose) }
      return WorkItem(date: date)
    }
    guard date == nil || date == item.date else {
      throw PipelineError(.invalidInput, "item is \(item), but date names another day: leave out one of them")
    }
    return item
  }
}
