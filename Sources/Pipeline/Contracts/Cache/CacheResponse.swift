import Time

/// The body of the cache manager's response: `{"status","message","dataset","date","event_count"}` for a date,
/// `{…,"start_date","end_date","event_count","dates":{"2024-05-31":118,…}}` for a range, and the same without its ends
/// for items. A request for changed items is answered with `{…,"items":[{"id":"2024-05-31","date":"2024-05-31"},…]}`.
public struct CacheResponse: Codable, Equatable, Sendable {
  public let status: String
  public let message: String
  public let dataset: String
  public let item: String?
  public let date: CalendarDate?
  public let startDate: CalendarDate?
  public let endDate: CalendarDate?
  public let eventCount: Int
  /// The number of records of each item, by its id.
  public let dates: [String: Int]?
  /// The items that changed.
  public let items: [WorkItem]?

  enum CodingKeys: String, CodingKey {
    case status, message, dataset, item, date, dates, items
    case startDate = "start_date"
    case endDate = "end_date"
    case eventCount = "event_count"
  }

  /// - Parameter items: the items that changed since the request's time.
  public init(changed items: [WorkItem], dataset: String) {
    status = "success"
    message = "\(items.count) items changed; nothing is cached by this request"
    self.dataset = dataset
    eventCount = 0
    self.items = items
    (item, date, startDate, endDate, dates) = (nil, nil, nil, nil, nil)
  }

  /// - Parameters:
  ///   - counts: the number of published records of each item, by its id.
  ///   - records: the noun for them, in the plural.
  public init(
    _ scope: CacheRequest.Scope, dataset: String, counts: [String: Int], records: String = "events"
  ) {
    let total = counts.values.reduce(0, +)
    status = "success"
    self.dataset = dataset
    eventCount = total
    items = nil
    switch scope {
    case .item(let item):
      message = "\(total) \(records) of \(item) cached"
      self.item = item.id
      date = item.date
      (startDate, endDate, dates) = (nil, nil, nil)
    case .range(let range):
      message = "\(total) \(records) of \(range.lowerBound) to \(range.upperBound) cached"
      (item, date) = (nil, nil)
      (startDate, endDate, dates) = (range.lowerBound, range.upperBound, counts)
    case .loaded:
      message = "\(total) \(records) of \(counts.count) items cached"
      (item, date, startDate, endDate) = (nil, nil, nil, nil)
      dates = counts
    }
  }
}
