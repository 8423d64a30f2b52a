import Time

/// The body of the date-range generator's response: the work items of a run and, for a dataset whose items are days,
/// their dates: `{"status","dataset","items","dates","start_date","end_date","count","needs_ledger"}`.
public struct PlanResponse: Codable, Equatable, Sendable {
  public let status: String
  public let dataset: String
  public private(set) var items: [WorkItem]
  /// Every date, first to last; nil for a dataset without dates, as the two below.
  public let dates: [CalendarDate]?
  public let startDate: CalendarDate?
  public let endDate: CalendarDate?
  public let count: Int
  /// True if the run must not go on without the ledger, which has the lock or the checkpoints of the dataset; nil for a
  /// dataset with neither.
  public var needsLedger: Bool?

  enum CodingKeys: String, CodingKey {
    case status, dataset, items, dates, count
    case startDate = "start_date"
    case endDate = "end_date"
    case needsLedger = "needs_ledger"
  }

  /// The plan of a dataset whose items are days.
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

  /// The plan of a dataset without dates.
  /// - Parameter items: at least one, in the order of the plan.
  public init(dataset: String, items: [WorkItem]) {
    precondition(!items.isEmpty)
    status = "success"
    self.dataset = dataset
    self.items = items
    (dates, startDate, endDate) = (nil, nil, nil)
    count = items.count
  }

  /// Returns the plan with more parameters in each item. An item's own win.
  public func adding(_ parameters: [String: String]) -> PlanResponse {
    var plan = self
    if !parameters.isEmpty { plan.items = items.map { $0.adding(parameters) } }
    return plan
  }

  /// The items for a person: `31 dates, 2024-05-31 to 2024-06-30`, or `4 items, austin_jazz to new-orleans_rock`.
  public var summary: String {
    guard dates == nil else { return "\(count) dates, \(items[0]) to \(items[items.count - 1])" }
    return count == 1 ? "1 item, \(items[0])" : "\(count) items, \(items[0]) to \(items[items.count - 1])"
  }
}
