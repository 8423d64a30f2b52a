import Contracts
import FoundationEssentials
import Redis
import Time

extension EventCache {
  /// Returns every cached day, by date. Redis is asked in steps, so that it serves others in between; a day that is written
  /// or expires meanwhile may be missing.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public func days(deadline: Deadline) throws(PipelineError) -> [CachedDayState] {
    var dates: Set<CalendarDate> = []
    var cursor = "0"
    repeat {
      let command = RedisCommand("SCAN", cursor, "MATCH", CachedDay.prefix + "*", "COUNT", "500", isIdempotent: true)
      guard case .array(let reply) = try pipeline([command], deadline)[0], reply.count == 2,
        case .bulk(let next) = reply[0], case .array(let keys) = reply[1]
      else { throw PipelineError(.cacheUnavailable, "the response of Redis to SCAN is not a cursor with keys") }
      cursor = String(decoding: next, as: UTF8.self)
      for case .bulk(let key) in keys {
        if let date = CalendarDate(String(String(decoding: key, as: UTF8.self).dropFirst(CachedDay.prefix.count))) {
          dates.insert(date)
        }
      }
    } while cursor != "0"
    var days: [CalendarDate: CachedDayState] = [:]
    let sorted = dates.sorted()
    // A month at once is held in memory.
    for start in stride(from: 0, to: sorted.count, by: EventCachePublisher.daysAtOnce) {
      let part = sorted[start..<min(start + EventCachePublisher.daysAtOnce, sorted.count)]
      let commands = part.flatMap { date in
        let key = CachedDay.key(of: date)
        return [RedisCommand.get(key), RedisCommand("PTTL", key, isIdempotent: true)]
      }
      let replies = try pipeline(commands, deadline)
      for (index, date) in part.enumerated() {
        guard case .bulk(let value) = replies[2 * index], case .integer(let milliseconds) = replies[2 * index + 1]
        else { continue }
        days[date] = CachedDayState(
          date: date, records: try? JSONDecoder().decode([Ignored].self, from: value).count, bytes: value.count,
          lifetime: milliseconds < 0 ? nil : Double(milliseconds) / 1000)
      }
    }
    return days.values.sorted { $0.date < $1.date }
  }
}

/// An element of an array that is only counted.
private struct Ignored: Decodable {
  init(from decoder: any Decoder) {}
}
