import Time

/// The body of the cache manager's answer: `{"status","message","date","event_count"}` for a date,
/// `{"status","message","start_date","end_date","event_count","dates":{"2024-05-31":118,…}}` for a range, the same
/// without its ends for dates.
public struct CacheManagerBody: Encodable {
  let status = "success"
  let message: String
  var date: CalendarDate?
  var startDate: CalendarDate?
  var endDate: CalendarDate?
  let eventCount: Int
  var dates: [String: Int]?

  init(date: CalendarDate, count: Int) {
    message = "\(count) events of \(date) cached"
    self.date = date
    eventCount = count
  }

  init(counts: [CalendarDate: Int]) {
    eventCount = counts.values.reduce(0, +)
    dates = Dictionary(uniqueKeysWithValues: counts.map { ("\($0)", $1) })
    message = "\(eventCount) events of \(counts.count) dates cached"
  }

  init(range: ClosedRange<CalendarDate>, counts: [CalendarDate: Int]) {
    startDate = range.lowerBound
    endDate = range.upperBound
    eventCount = counts.values.reduce(0, +)
    dates = Dictionary(uniqueKeysWithValues: counts.map { ("\($0)", $1) })
    message = "\(eventCount) events of \(range.lowerBound) to \(range.upperBound) cached"
  }

  enum CodingKeys: String, CodingKey {
    case status, message, date, dates
    case startDate = "start_date"
    case endDate = "end_date"
    case eventCount = "event_count"
  }
}
