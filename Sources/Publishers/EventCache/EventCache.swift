import Contracts
import EventRecords
import FoundationEssentials
import Redis
import Time

/// The days that the readers' app reads, in Redis. A day is replaced by one SET that also sets its expiry: a reader sees
/// the old day or the new one, whole, and nothing stays for ever.
public final class EventCache {
  private let client: RedisClient
  private let zone: TimeZoneRules
  private let time: any TimeSource
  private var random: any RandomNumberGenerator

  /// - Parameters:
  ///   - zone: whose local day is 'today', which decides how long a day lives.
  ///   - random: spreads the lifetimes.
  /// - Throws: `ConfigurationInvalid` when the settings hold no proper address.
  public init(
    _ settings: EventCacheSettings, zone: TimeZoneRules, time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws(PipelineError) {
    do { client = RedisClient(try settings.redis.get()) } catch { throw PipelineError(error) }
    self.zone = zone
    self.time = time
    self.random = random
  }

  /// Writes days, in one round trip. A day without events is stored as `[]`: it is known to have none.
  /// - Returns: how many bytes the days have.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`. Some of the days may be written by then;
  ///   writing all of them again does no harm.
  @discardableResult
  public func write(_ days: [CalendarDate: [EventRecord]], deadline: Deadline) throws(PipelineError) -> Int {
    let today = zone.localDate(at: time.now)
    var commands: [RedisCommand] = []
    var bytes = 0
    for (date, records) in days.sorted(by: { $0.key < $1.key }) {
      let lifetime = CacheLifetime.spread(CacheLifetime.seconds(of: date, today: today), using: &random)
      let day = try CachedDay.json(records)
      bytes += day.count
      commands.append(.set(CachedDay.key(of: date), to: day, expiringAfter: lifetime))
    }
    do { _ = try client.pipeline(commands, deadline: deadline) } catch {
      throw PipelineError(error, deadline: deadline)
    }
    return bytes
  }

  /// The day's JSON array as it is stored; nil when the cache does not have the day.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public func read(_ date: CalendarDate, deadline: Deadline) throws(PipelineError) -> Data? {
    let reply: RedisReply
    do { reply = try client.send(.get(CachedDay.key(of: date)), deadline: deadline) } catch {
      throw PipelineError(error, deadline: deadline)
    }
    switch reply {
    case .bulk(let value): return value
    case .null: return nil
    default: throw PipelineError(.cacheUnavailable, "Redis answered a GET with something that is no value")
    }
  }
}
