import Contracts
import EventRecords
import FoundationEssentials
import Redis
import Time

/// The days that the application reads, in Redis. One SET replaces a day and sets its expiry, so that a reader sees either
/// the whole old day or the whole new one, and every key expires.
public final class EventCache {
  private let client: RedisClient
  let zone: TimeZoneRules
  private let time: any TimeSource
  private var random: any RandomNumberGenerator
  /// The seconds after which each day expires that this process wrote last.
  private(set) var lifetimes: [CalendarDate: Int] = [:]

  /// - Parameters:
  ///   - zone: the time zone of 'today', on which a day's lifetime depends.
  ///   - random: varies the lifetimes.
  /// - Throws: `ConfigurationInvalid` if the settings have no valid address.
  public init(
    _ settings: EventCacheSettings, zone: TimeZoneRules, time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws(PipelineError) {
    do { client = RedisClient(try settings.redis.get()) } catch { throw PipelineError(error) }
    self.zone = zone
    self.time = time
    self.random = random
  }

  /// Writes days in one round trip. A day without events is stored as `[]`, which differs from a day that is not cached.
  /// The cancelled events of today and the next 7 days are stored under keys of their own, and those of other days removed.
  /// - Returns: the number of bytes of the days.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`. Some of the days may have been written by
  ///   then; it is safe to write all of them again.
  @discardableResult
  public func write(_ days: [CalendarDate: [EventRecord]], deadline: Deadline) throws(PipelineError) -> Int {
    let today = zone.localDate(at: time.now)
    var commands: [RedisCommand] = []
    var bytes = 0
    for (date, records) in days.sorted(by: { $0.key < $1.key }) {
      let lifetime = CacheLifetime.spread(CacheLifetime.seconds(of: date, today: today), using: &random)
      lifetimes[date] = lifetime
      let day = try CachedDay.json(records.filter { !CachedDay.isCancelled($0) })
      bytes += day.count
      commands.append(.set(CachedDay.key(of: date), to: day, expiringAfter: lifetime))
      if hasCancelled(date) {
        let cancelled = try CachedDay.json(records.filter(CachedDay.isCancelled))
        bytes += cancelled.count
        commands.append(.set(CachedDay.cancelledKey(of: date), to: cancelled, expiringAfter: lifetime))
      } else {
        commands.append(RedisCommand("DEL", CachedDay.cancelledKey(of: date), isIdempotent: true))
      }
    }
    _ = try pipeline(commands, deadline)
    return bytes
  }

  /// True for a day whose cancelled events are cached, too.
  func hasCancelled(_ date: CalendarDate) -> Bool {
    CachedDay.daysWithCancelled.contains(date.daysSinceEpoch - zone.localDate(at: time.now).daysSinceEpoch)
  }

  /// Returns the days, of those from which a change is worth publishing: today and later, and past days that the cache has.
  /// At most `Limits.maximumItems`: the next ones, then the latest past ones.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public func worthPublishing(
    _ dates: Set<CalendarDate>, deadline: Deadline
  ) throws(PipelineError) -> [CalendarDate] {
    let today = zone.localDate(at: time.now)
    let past = dates.filter { $0 < today }.sorted(by: >)
    let replies = try pipeline(
      past.map { RedisCommand("EXISTS", CachedDay.key(of: $0), isIdempotent: true) }, deadline)
    let cached = zip(past, replies).filter { $0.1 == .integer(1) }.map(\.0)
    return (dates.filter { $0 >= today }.sorted() + cached).prefix(Limits.maximumItems).sorted()
  }

  /// Returns the day's JSON array; nil if the day is not cached.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public func read(_ date: CalendarDate, deadline: Deadline) throws(PipelineError) -> Data? {
    switch try pipeline([.get(CachedDay.key(of: date))], deadline)[0] {
    case .bulk(let value): return value
    case .null: return nil
    default: throw PipelineError(.cacheUnavailable, "the response of Redis to GET is not a value")
    }
  }

  /// Sends commands in one round trip.
  func pipeline(_ commands: [RedisCommand], _ deadline: Deadline) throws(PipelineError) -> [RedisReply] {
    do { return try client.pipeline(commands, deadline: deadline) } catch {
      throw PipelineError(error, deadline: deadline)
    }
  }
}
