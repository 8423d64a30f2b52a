import Contracts
import EventRecords
import LambdaRuntime
import Time

/// The last function of a date, and of a run: copies events from the database to the cache.
public struct CacheManagerHandler {
  /// Reads the events of days; a day that is left out has none.
  public typealias Reader = (ClosedRange<CalendarDate>, Deadline) throws -> [CalendarDate: [EventRecord]]
  /// Writes the events of days, and answers with how many bytes they have there.
  public typealias Writer = ([CalendarDate: [EventRecord]], Deadline) throws -> Int
  /// Which of the dates have ever been loaded.
  public typealias Finder = ([CalendarDate], Deadline) throws -> Set<CalendarDate>

  /// So many days of a range are read and written at a time: few enough to be held in memory.
  static let daysAtOnce = 31

  private let zone: TimeZoneRules
  private let time: any TimeSource
  private let read: Reader
  private let write: Writer
  private let find: Finder

  /// - Parameter zone: whose local day is 'today'.
  public init(
    zone: TimeZoneRules, time: any TimeSource = SystemTime(), reading read: @escaping Reader,
    writing write: @escaping Writer, finding find: @escaping Finder
  ) {
    self.zone = zone
    self.time = time
    self.read = read
    self.write = write
    self.find = find
  }

  /// - Throws: `InvalidInput` for a range that is reversed, malformed or too long, and what reading and writing throw.
  public func handle(
    _ request: CacheRequest, _ context: LambdaContext
  ) throws -> FunctionResponse<CacheResponse> {
    let scope = try request.scope(today: zone.localDate(at: time.now))
    context.metrics.note("date", "\(scope)")
    let body: CacheResponse
    let bytes: Int
    switch scope {
    case .date(let date):
      let cached = try cache(date...date, context.deadline)
      (body, bytes) = (CacheResponse(date: date, count: cached.counts[date] ?? 0), cached.bytes)
    case .range(let range):
      let cached = try cache(range, context.deadline)
      (body, bytes) = (CacheResponse(range: range, counts: cached.counts), cached.bytes)
    case .dates(let dates):
      let loaded = try find(dates, context.deadline)
      let cached = try stretches(of: dates.filter(loaded.contains)).map { try cache($0, context.deadline) }
      let counts = cached.reduce(into: [:]) { all, some in all.merge(some.counts) { $1 } }
      (body, bytes) = (CacheResponse(counts: counts), cached.reduce(0) { $0 + $1.bytes })
    }
    context.metrics.count("CachedEvents", body.eventCount)
    context.metrics.bytes("CachedBytes", bytes)
    context.log.info("\(scope): \(body.eventCount) events cached, \(bytes) bytes; \(context.metrics.took)")
    return FunctionResponse(body)
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

  /// Two that cache a day at once may write in another order than they read. So what was written is compared with what
  /// is stored by then, and written again until they are the same: whoever writes last leaves what the database has.
  /// - Returns: the number of events of each date, and how many bytes were written.
  private func cache(
    _ range: ClosedRange<CalendarDate>, _ deadline: Deadline
  ) throws -> (counts: [CalendarDate: Int], bytes: Int) {
    var counts: [CalendarDate: Int] = [:]
    var bytes = 0
    var first = range.lowerBound
    while counts[range.upperBound] == nil {
      let last = min(range.upperBound, first.adding(days: Self.daysAtOnce - 1))
      var days = try read(every: first...last, deadline)
      var unwritten = days
      while !unwritten.isEmpty {
        bytes += try write(unwritten, deadline)
        let written = days
        days = try read(every: first...last, deadline)
        unwritten = days.filter { $0.value != written[$0.key] }
      }
      counts.merge(days.mapValues(\.count)) { $1 }
      first = last.adding(days: 1)
    }
    return (counts, bytes)
  }

  /// With the days that have no events.
  private func read(
    every range: ClosedRange<CalendarDate>, _ deadline: Deadline
  ) throws -> [CalendarDate: [EventRecord]] {
    let found = try read(range, deadline)
    return Dictionary(uniqueKeysWithValues: range.dates.map { ($0, found[$0] ?? []) })
  }
}
