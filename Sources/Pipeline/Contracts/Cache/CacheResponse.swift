import Time

/// The body of the cache manager's response: `{"status","message","dataset","date","event_count"}` for a date,
/// `{…,"start_date","end_date","event_count","dates":{"2024-05-31":118,…}}` for a range, and the same without its ends
/// for items.
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

  enum CodingKeys: String, CodingKey {
    case status, message, dataset, item, date, dates
    case startDate = "start_date"
    case endDate = "end_date"
    case eventCount = "event_count"
  }

  /// - Parameter counts: the number of published records of each item, by its id.
  public init(_ scope: CacheRequest.Scope, dataset: String, counts: [String: Int]) {
    let total = counts.values.reduce(0, +)
    status = "success"
    self.dataset = dataset
    eventCount = total
    switch scope {
    case .item(let item):
      message = "\(total) events of \(item) cached"
      self.item = item.id
      date = item.date
      (startDate, endDate, dates) = (nil, nil, nil)
    case .range(let range):
      message = "\(total) events of \(range.lowerBound) to \(range.upperBound) cached"
      (item, date) = (nil, nil)
      (startDate, endDate, dates) = (range.lowerBound, range.upperBound, counts)
    case .loaded:
      message = "\(total) events of \(counts.count) dates cached"
      (item, date, startDate, endDate) = (nil, nil, nil, nil)
      dates = counts
    }
  }
}
