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

  public init(dataset: String, dates range: ClosedRange<CalendarDate>) {
    status = "success"
    self.dataset = dataset
    dates = range.dates
    items = dates.map(WorkItem.init(date:))
    startDate = range.lowerBound
    endDate = range.upperBound
    count = dates.count
  }
}
