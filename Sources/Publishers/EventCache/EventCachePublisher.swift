import Contracts
import EventRecords
import FoundationEssentials
import Time

/// Publishes days of events from the database to the cache. It needs work items with dates.
public final class EventCachePublisher: Publisher {
  /// Reads the events of days. A day without events may be left out.
  public typealias Reader = (ClosedRange<CalendarDate>, Deadline) throws(PipelineError) -> [CalendarDate: [EventRecord]]
  /// Returns those of the dates that have ever been loaded.
  public typealias LoadedDates = ([CalendarDate], Deadline) throws(PipelineError) -> Set<CalendarDate>
  /// Returns those of the days that differ since a time, which are worth publishing again.
  public typealias ChangedDates = (Date, Deadline) throws(PipelineError) -> [CalendarDate]
  /// Writes the events of days, and returns the number of bytes.
  typealias Writer = ([CalendarDate: [EventRecord]], Deadline) throws(PipelineError) -> Int

  /// The maximum number of days that are held in memory at once.
  static let daysAtOnce = 31

  private let read: Reader
  private let loadedDates: LoadedDates
  private let changedDates: ChangedDates
  private let write: Writer
  /// Returns the seconds after which a day that was written expires.
  private let lifetime: (CalendarDate) -> Int?

  init(
    reading read: @escaping Reader, loadedDates: @escaping LoadedDates,
    changedDates: @escaping ChangedDates = { _, _ in [] }, writing write: @escaping Writer,
    lifetime: @escaping (CalendarDate) -> Int? = { _ in nil }
  ) {
    self.read = read
    self.loadedDates = loadedDates
    self.changedDates = changedDates
    self.write = write
    self.lifetime = lifetime
  }

  /// - Parameters:
  ///   - read: reads the database that the cache copies, with the cancelled events.
  ///   - loadedDates: searches that database's loads.
  ///   - changedDates: searches that database for the days that differ since a time.
  public convenience init(
    _ cache: EventCache, reading read: @escaping Reader, loadedDates: @escaping LoadedDates,
    changedDates: @escaping (Date, Deadline) throws(PipelineError) -> Set<CalendarDate>
  ) {
    self.init(
      reading: read, loadedDates: loadedDates,
      changedDates: { time, deadline throws(PipelineError) in
        try cache.worthPublishing(changedDates(time, deadline), deadline: deadline)
      },
      writing: { days, deadline throws(PipelineError) in try cache.write(days, deadline: deadline) },
      lifetime: { cache.lifetimes[$0] })
  }

  /// - Throws: `InvalidInput` for an item without a date, or an error of the database or the cache.
  public func publish(_ scope: CacheRequest.Scope, deadline: Deadline) throws(PipelineError) -> PublishReport {
    switch scope {
    case .item(let item): return try publish([item], deadline)
    case .range(let range): return try publish(range.dates.map(WorkItem.init(date:)), deadline)
    case .loaded(let items):
      let loaded = try loadedDates(items.map(Self.date), deadline)
      return try publish(items.filter { $0.date.map(loaded.contains) == true }, deadline)
    }
  }

  /// The seconds by which the clocks of the database and of Step Functions may differ. Days that changed so long before a
  /// run are published once more, which changes nothing.
  static let clockMargin = 300.0

  public func changedItems(since time: Date, deadline: Deadline) throws(PipelineError) -> [WorkItem] {
    try changedDates(time - Self.clockMargin, deadline).map(WorkItem.init(date:))
  }

  private static func date(of item: WorkItem) throws(PipelineError) -> CalendarDate {
    guard let date = item.date else {
      throw PipelineError(.invalidInput, "item \(item) has no date: the event cache holds days")
    }
    return date
  }

  private func publish(_ items: [WorkItem], _ deadline: Deadline) throws(PipelineError) -> PublishReport {
    var report = PublishReport()
    var counts: [CalendarDate: Int] = [:]
    for range in Self.ranges(of: try items.map(Self.date)) {
      report.bytes += try publish(range, deadline, &counts)
    }
    for item in items {
      guard let date = item.date, let count = counts[date] else { continue }
      report.counts[item.id] = count
      report.cached.append(PublishedItem(item: item, records: count, lifetime: lifetime(date)))
    }
    return report
  }

  /// Joins consecutive dates into ranges of at most `daysAtOnce` days.
  static func ranges(of dates: [CalendarDate]) -> [ClosedRange<CalendarDate>] {
    Set(dates).sorted().reduce(into: []) { ranges, date in
      if let last = ranges.last, last.upperBound.adding(days: 1) == date,
        date.daysSinceEpoch - last.lowerBound.daysSinceEpoch < daysAtOnce
      {
        ranges[ranges.count - 1] = last.lowerBound...date
      } else {
        ranges.append(date...date)
      }
    }
  }

  /// Copies a range. Concurrent publishers may finish out of order, so the database is read again after writing, and
  /// changed days are written again until both agree: the last writer leaves what the database has.
  /// - Parameter counts: receives the number of events of each date.
  /// - Returns: the number of bytes written.
  private func publish(
    _ range: ClosedRange<CalendarDate>, _ deadline: Deadline, _ counts: inout [CalendarDate: Int]
  ) throws(PipelineError) -> Int {
    var bytes = 0
    var days = try days(in: range, deadline)
    var unwritten = days
    while !unwritten.isEmpty {
      bytes += try write(unwritten, deadline)
      let written = days
      days = try self.days(in: range, deadline)
      unwritten = days.filter { $0.value != written[$0.key] }
    }
    counts.merge(days.mapValues { $0.count { !CachedDay.isCancelled($0) } }) { $1 }
    return bytes
  }

  /// Reads each day of a range, including those without events.
  private func days(
    in range: ClosedRange<CalendarDate>, _ deadline: Deadline
  ) throws(PipelineError) -> [CalendarDate: [EventRecord]] {
    let found = try read(range, deadline)
    return Dictionary(uniqueKeysWithValues: range.dates.map { ($0, found[$0] ?? []) })
  }
}
