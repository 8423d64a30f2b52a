import Contracts
import FoundationEssentials
import Time

/// Compares the cached days with the database.
public struct EventCacheChecker: CacheChecking {
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
      let (cached, cancelled) = try cache.read(range.dates, deadline: deadline)
      let stored = cached.isEmpty ? [:] : try read(range, deadline)
      for date in range.dates {
        guard let value = cached[date] else {
          checks[date] = .absent
          continue
        }
        let records = stored[date] ?? []
        var isCurrent = try CachedDay.json(records.filter { !CachedDay.isCancelled($0) }) == value
        if cache.hasCancelled(date) {
          let expected = try CachedDay.json(records.filter(CachedDay.isCancelled))
          isCurrent = isCurrent && cancelled[date] == expected
        }
        checks[date] = .present(isCurrent: isCurrent)
      }
    }
    return items.reduce(into: [:]) { $0[$1.id] = $1.date.flatMap { checks[$0] } }
  }

  public func expiry(of item: WorkItem, writtenAt: Date) -> Date? {
    guard let date = item.date else { return nil }
    let seconds = CacheLifetime.seconds(of: date, today: cache.zone.localDate(at: writtenAt))
    // The actual lifetime differs by up to a tenth.
    return writtenAt + Double(seconds) * 1.1
  }
}
