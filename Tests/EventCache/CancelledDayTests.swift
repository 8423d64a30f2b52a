import Contracts
import EventRecords
import Foundation
import Redis
import TestSupport
import Testing
import Time

@testable import EventCache

@Suite(
  "Cancelled events in the cache", .serialized, .enabled(if: RedisService.isRunning, "start the services: make test"))
struct CancelledDayTests {
  private let deadline = Deadline(after: .seconds(30), on: SystemTime())
  private let url = RedisService.url(database: 26)

  private func redis(_ words: String...) throws -> RedisReply {
    let client = RedisClient(try EventCacheSettings(url: url).redis.get())
    return try client.send(RedisCommand(words[0], words.dropFirst().map { Data($0.utf8) }), deadline: deadline)
  }

  private func names(_ reply: RedisReply) throws -> [String]? {
    guard case .bulk(let value) = reply else { return nil }
    return try JSONDecoder().decode([EventRecord].self, from: value).map(\.artist.name)
  }

  @Test("are under a key of their own from today to the seventh day after, with the day's lifetime, and nowhere else")
  func window() throws {
    _ = try redis("FLUSHDB")
    let cache = try make(url: url)
    var cancelled = make("Off")
    cancelled.event.status = "cancelled"
    let days = try ["2024-05-30", "2024-05-31", "2024-06-07", "2024-06-08"].map(day)
    _ = try redis("SET", "cancelled:2024-05-30", "[]")
    try cache.write(Dictionary(uniqueKeysWithValues: days.map { ($0, [make("On"), cancelled]) }), deadline: deadline)
    for date in days { #expect(try names(redis("GET", "events:\(date)")) == ["On"]) }
    #expect(try names(redis("GET", "cancelled:2024-05-30")) == nil)
    #expect(try names(redis("GET", "cancelled:2024-05-31")) == ["Off"])
    #expect(try names(redis("GET", "cancelled:2024-06-07")) == ["Off"])
    #expect(try names(redis("GET", "cancelled:2024-06-08")) == nil)
    #expect(try redis("TTL", "cancelled:2024-05-31") == redis("TTL", "events:2024-05-31"))

    try cache.write([days[1]: [make("On"), make("Off")]], deadline: deadline)
    #expect(try redis("GET", "cancelled:2024-05-31") == .bulk(Data("[]".utf8)), "it takes place after all")
  }

  @Test("have a status, and coordinates if they are known, as the events that take place have")
  func fields() throws {
    var record = make("On")
    record.event.status = "scheduled"
    (record.venue.latitude, record.venue.longitude) = (29.9511, -90.0715)
    let json = String(decoding: try CachedDay.json([record]), as: UTF8.self)
    for field in [#""latitude":29.9511"#, #""longitude":-90.0715"#, #""status":"scheduled""#] {
      #expect(json.contains(field), "\(field) in \(json)")
    }
  }

  @Test("A change is worth publishing from today on, and on past days that the cache has")
  func worth() throws {
    _ = try redis("FLUSHDB")
    let cache = try make(url: url)
    let days = try ["2024-05-01", "2024-05-02", "2024-05-31", "2025-05-31"].map(day)
    try cache.write([days[1]: []], deadline: deadline)
    #expect(try cache.worthPublishing(Set(days), deadline: deadline) == Array(days.dropFirst()))
    let years = Set((0..<500).map { days[2].adding(days: $0) }).union(days)
    let limited = try cache.worthPublishing(years, deadline: deadline)
    #expect(limited == (0..<Limits.maximumItems).map { days[2].adding(days: $0) })
  }
}
