import Time

/// The work item that a request names, in today's shape or in one of the former ones.
enum ItemReference {
  /// - Parameters:
  ///   - item: today's shape.
  ///   - date: the former shape: the date of a dataset whose items are days.
  ///   - purpose: the end of the message if both are missing.
  /// - Throws: `InvalidInput` if both are missing, or the date is malformed.
  static func resolve(_ item: WorkItem?, orDate date: String?, missing purpose: String) throws(PipelineError)
    -> WorkItem
  {
    if let item { return item }
    guard let date else { throw PipelineError(.invalidInput, purpose) }
    return WorkItem(date: try CalendarDate(input: date, named: "date"))
  }
}
