import Contracts
import FoundationEssentials
import Redis
import Time

extension EventCache {
  /// The JSON arrays of days that are cached, and those of their cancelled events.
  typealias Days = (events: [CalendarDate: Data], cancelled: [CalendarDate: Data])

  /// Reads days in one round trip.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  func read(_ dates: [CalendarDate], deadline: Deadline) throws(PipelineError) -> Days {
    let keys = dates.map(CachedDay.key) + dates.map(CachedDay.cancelledKey)
    let replies = try pipeline(keys.map(RedisCommand.get), deadline)
    func values(_ replies: some Sequence<RedisReply>) -> [CalendarDate: Data] {
      var days: [CalendarDate: Data] = [:]
      for (date, reply) in zip(dates, replies) {
        if case .bulk(let value) = reply { days[date] = value }
      }
      return days
    }
    return (values(replies.prefix(dates.count)), values(replies.dropFirst(dates.count)))
  }
}
