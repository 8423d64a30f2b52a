import Contracts
import FoundationEssentials
import Redis
import Time

extension EventCache {
  /// Returns the JSON arrays of the days that are cached, in one round trip.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  func read(_ dates: [CalendarDate], deadline: Deadline) throws(PipelineError) -> [CalendarDate: Data] {
    let replies: [RedisReply]
    do { replies = try client.pipeline(dates.map { .get(CachedDay.key(of: $0)) }, deadline: deadline) } catch {
      throw PipelineError(error, deadline: deadline)
    }
    var days: [CalendarDate: Data] = [:]
    for (date, reply) in zip(dates, replies) {
      if case .bulk(let value) = reply { days[date] = value }
    }
    return days
  }
}
