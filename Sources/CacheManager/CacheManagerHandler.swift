import LambdaRuntime
import Pipeline
import Time

/// The last function of a date, and of a run: copies events from the database to the cache.
public struct CacheManagerHandler {
  /// Reads the events of days; a day that is left out has none.
  public typealias Reader = (ClosedRange<CalendarDate>, Deadline) throws -> [CalendarDate: [EventRecord]]
  /// Writes the events of days.
  public typealias Writer = ([CalendarDate: [EventRecord]], Deadline) throws -> Void

  /// So many days of a range are read and written at a time: few enough to be held in memory.
  static let daysAtOnce = 31

  private let zone: TimeZoneRules
  private let time: any TimeSource
  private let read: Reader
  private let write: Writer

  /// - Parameter zone: whose local day is 'today'.
  public init(
    zone: TimeZoneRules, time: any TimeSource = SystemTime(), reading read: @escaping Reader,
    writing write: @escaping Writer
  ) {
    self.zone = zone
    self.time = time
    self.read = read
    self.write = write
  }

  /// - Throws: `InvalidInput` for a range that is reversed, malformed or too long, and what reading and writing throw.
  public func handle(
    _ request: CacheManagerRequest, _ context: LambdaContext
  ) throws -> Answer<CacheManagerBody> {
    let body: CacheManagerBody
    switch try request.scope(today: zone.localDate(at: time.now)) {
    case .date(let date):
      body = CacheManagerBody(date: date, count: try cache(date...date, context.deadline)[date] ?? 0)
    case .range(let range):
      body = CacheManagerBody(range: range, counts: try cache(range, context.deadline))
    case .dates(let dates):
      let counts = try stretches(of: dates).map { try cache($0, context.deadline) }
      body = CacheManagerBody(counts: counts.reduce(into: [:]) { all, some in all.merge(some) { $1 } })
    }
    context.log.info(body.message)
    return Answer(body)
  }

  /// Dates that follow one another, as ranges.
  private func stretches(of dates: [CalendarDate]) -> [ClosedRange<CalendarDate>] {
    dates.reduce(into: []) { ranges, date in
      if let last = ranges.last, last.upperBound.adding(days: 1) == date {
        ranges[ranges.count - 1] = last.lowerBound...date
      } else {
        ranges.append(date...date)
      }
    }
  }

  /// - Returns: the number of events of each date.
  private func cache(_ range: ClosedRange<CalendarDate>, _ deadline: Deadline) throws -> [CalendarDate: Int] {
    var counts: [CalendarDate: Int] = [:]
    var first = range.lowerBound
    while counts[range.upperBound] == nil {
      let last = min(range.upperBound, first.adding(days: Self.daysAtOnce - 1))
      let found = try read(first...last, deadline)
      var days: [CalendarDate: [EventRecord]] = [:]
      for date in (first...last).dates { days[date] = found[date] ?? [] }
      try write(days, deadline)
      counts.merge(days.mapValues(\.count)) { $1 }
      first = last.adding(days: 1)
    }
    return counts
  }
}
