import Contracts
import FoundationEssentials
import Time

/// Compares the cached days with the database.
public struct EventCacheChecker: CacheChecking {
  private let cache: EventCache
  private let read: EventCachePublisher.Reader

  /// - Parameter read: reads the database that the cache copies.
  public init(_ cache: EventCache, reading read: @escaping EventCachePublisher.Reader) {
    self.cache = cache
    self.read = read
  }

  public func check(_ items: [WorkItem], deadline: Deadline) throws(PipelineError) -> [String: CacheCheck] {
    var checks: [String: CacheCheck] = [:]
    let dated = items.filter { $0.date != nil }
    // A month at once is held in memory.
    for start in stride(from: 0, to: dated.count, by: EventCachePublisher.daysAtOnce) {
      let part = dated[start..<min(start + EventCachePublisher.daysAtOnce, dated.count)]
      let (cached, cancelled) = try cache.read(part.compactMap(\.date), deadline: deadline)
      for item in part {
        guard let date = item.date else { continue }
        guard let value = cached[date] else {
          checks[item.id] = .absent
          continue
        }
        let stored = try read(date...date, deadline)[date] ?? []
        var isCurrent = try CachedDay.json(stored.filter { !CachedDay.isCancelled($0) }) == value
        if cache.hasCancelled(date) {
          let expected = try CachedDay.json(stored.filter(CachedDay.isCancelled))
          isCurrent = isCurrent && cancelled[date] == expected
        }
        checks[item.id] = .present(isCurrent: isCurrent)
      }
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
