import Contracts
import EventCache
import Foundation
import Redis
import TestSupport
import Testing
import Time

@Suite("The list of cached days", .serialized, .enabled(if: RedisService.isRunning, "start the services: make test"))
struct CachedDaysTests {
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }
  private let url = RedisService.url(database: 28)

  @Test("has every day with its events, size and lifetime, and nothing else")
  func days() throws {
    let client = RedisClient(RedisSettings(url: try RedisURL(url)))
    _ = try client.send(RedisCommand("FLUSHDB"), deadline: deadline)
    let cache = try make(url: url)
    #expect(try cache.days(deadline: deadline) == [])
    let first = try day("2024-05-30")
    // More than one step of SCAN, and more than are read at once.
    let dates = (0..<700).map { first.adding(days: $0) }
    try cache.write(Dictionary(uniqueKeysWithValues: dates.map { ($0, [make("A")]) }), deadline: deadline)
    try cache.write([first: [make("A"), make("B")], first.adding(days: 1): []], deadline: deadline)
    for key in ["events:soon", "events:", "cancelled:2024-05-31"] {
      _ = try client.send(RedisCommand("SET", key, "[]"), deadline: deadline)
    }
    _ = try client.send(RedisCommand("SET", "events:2030-01-01", "{"), deadline: deadline)

    let days = try cache.days(deadline: deadline)
    #expect(days.map(\.date) == dates + [try day("2030-01-01")])
    #expect(days.prefix(3).map(\.records) == [2, 0, 1])
    #expect(days[1].bytes == 2)
    #expect(try #require(days[1].lifetime) <= 3600)
    #expect(try #require(days[1].lifetime) > 3500)
    #expect(days.last?.records == nil)
    #expect(days.last?.lifetime == nil)
  }
}
