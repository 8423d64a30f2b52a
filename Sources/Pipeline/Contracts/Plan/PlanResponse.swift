import Time

/// The body of the date-range generator's response: the work items of a run and, for a dataset whose items are days,
/// their dates.
public struct PlanResponse: Codable, Equatable, Sendable {
  public let status: String
  public let dataset: String
  public let items: [WorkItem]
  /// Every date, first to last.
  public let dates: [CalendarDate]
  public let startDate: CalendarDate
  public let endDate: CalendarDate
  public let count: Int

  enum CodingKeys: String, CodingKey {
    case status, dataset, items, dates, count
    case startDate = "start_date"
    case endDate = "end_date"
  }

  /// - Parameter dates: at least one, first to last.
  public init(dataset: String, dates: [CalendarDate]) {
    precondition(!dates.isEmpty)
    status = "success"
    self.dataset = dataset
    self.dates = dates
    items = dates.map(WorkItem.init(date:))
    startDate = dates[0]
    endDate = dates[dates.count - 1]
    count = dates.count
  }
}
