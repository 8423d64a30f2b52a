import Contracts
import FoundationEssentials
import Time

/// Compares the cached days with the database.
public struct EventCacheChecker: CacheChecking {
  /// The most comparisons of a day that publishers keep changing.
  private static let maximumLooks = 4

  private let cache: EventCache
  private let read: EventCachePublisher.Reader

  /// - Parameter read: reads the database that the cache copies, with the cancelled events.
  public init(_ cache: EventCache, reading read: @escaping EventCachePublisher.Reader) {
    self.cache = cache
    self.read = read
  }

  public func check(_ items: [WorkItem], deadline: Deadline) throws(PipelineError) -> [String: CacheCheck] {
    var checks: [CalendarDate: CacheCheck] = [:]
    for range in EventCachePublisher.ranges(of: items.compactMap(\.date)) {
      try checks.merge(check(range, deadline)) { $1 }
    }
    return items.reduce(into: [:]) { $0[$1.id] = $1.date.flatMap { checks[$0] } }
  }

  /// Compares days. Those that differ are read again: a publisher may have written them, and what it wrote may be what the
  /// database had when it was read. Only a day whose value is as it was differs.
  private func check(
    _ range: ClosedRange<CalendarDate>, _ deadline: Deadline
  ) throws(PipelineError) -> [CalendarDate: CacheCheck] {
    var checks: [CalendarDate: CacheCheck] = [:]
    var dates = range.dates
    var cached = try cache.read(dates, deadline: deadline)
    for look in 1...Self.maximumLooks {
      try checks.merge(compare(dates, with: cached, in: range, deadline)) { $1 }
      let differing = dates.filter { checks[$0] == .present(isCurrent: false) }
      guard !differing.isEmpty, look < Self.maximumLooks else { break }
      let again = try cache.read(differing, deadline: deadline)
      dates = differing.filter {
        again.events[$0] != cached.events[$0] || again.cancelled[$0] != cached.cancelled[$0]
      }
      guard !dates.isEmpty else { break }
      cached = again
    }
    return checks
  }

  private func compare(
    _ dates: [CalendarDate], with cached: EventCache.Days, in range: ClosedRange<CalendarDate>, _ deadline: Deadline
  ) throws(PipelineError) -> [CalendarDate: CacheCheck] {
    var checks: [CalendarDate: CacheCheck] = [:]
    let stored = cached.events.isEmpty ? [:] : try read(range, deadline)
    for date in dates {
      guard let value = cached.events[date] else {
        checks[date] = .absent
        continue
      }
      let records = stored[date] ?? []
      var isCurrent = try CachedDay.json(records.filter { !CachedDay.isCancelled($0) }) == value
      if cache.hasCancelled(date) {
        let expected = try CachedDay.json(records.filter(CachedDay.isCancelled))
        isCurrent = isCurrent && cached.cancelled[date] == expected
      }
      checks[date] = .present(isCurrent: isCurrent)
    }
    return checks
  }

  public func expiry(of item: WorkItem, writtenAt: Date) -> Date? {
    guard let date = item.date else { return nil }
    let seconds = CacheLifetime.seconds(of: date, today: cache.zone.localDate(at: writtenAt))
    // The actual lifetime differs by up to a tenth.
    return writtenAt + Double(seconds) * 1.1
  }
}
