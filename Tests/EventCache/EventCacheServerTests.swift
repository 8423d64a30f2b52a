import Contracts
import EventCache
import EventRecords
import Foundation
import Redis
import TestSupport
import Testing
import Time

@Suite("The cache in a real Redis", .enabled(if: RedisService.isRunning, "start the services: make test"))
struct EventCacheServerTests {
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  private func lifetime(_ date: CalendarDate) throws -> Int64 {
    let client = RedisClient(RedisSettings(url: try RedisURL(RedisService.url(database: 25))))
    guard case .integer(let seconds) = try client.send(RedisCommand("TTL", "events:\(date)"), deadline: deadline) else {
      return .min
    }
    return seconds
  }

  private func names(_ value: Data?) throws -> [String] {
    try JSONDecoder().decode([EventRecord].self, from: try #require(value)).map(\.artist.name)
  }

  @Test("Several days are written at once and read one by one; an empty day differs from a missing one")
  func days() throws {
    let cache = try make()
    let first = try day("2001-01-01")
    try cache.write(
      [first: [make("A"), make("B")], first.adding(days: 1): [], first.adding(days: 2): [make("C")]],
      deadline: deadline)
    #expect(try names(try cache.read(first, deadline: deadline)) == ["A", "B"])
    #expect(try cache.read(first.adding(days: 1), deadline: deadline) == Data("[]".utf8))
    #expect(try names(try cache.read(first.adding(days: 2), deadline: deadline)) == ["C"])
    #expect(try cache.read(first.adding(days: 3), deadline: deadline) == nil)
    try cache.write([:], deadline: deadline)
  }

  @Test("A day is replaced whole, with its lifetime")
  func replaced() throws {
    let date = try day("2002-01-01")
    try make(at: "2002-01-01T12:00:00-06:00").write([date: [make("A"), make("B")]], deadline: deadline)
    #expect((3540...3600).contains(try lifetime(date)))
    let cache = try make(at: "2002-01-02T12:00:00-06:00")
    try cache.write([date: [make("C")]], deadline: deadline)
    #expect(try names(try cache.read(date, deadline: deadline)) == ["C"])
    #expect((604_740...604_800).contains(try lifetime(date)))
  }

  @Test(
    "The tiers turn at midnight in Chicago, on the days of the changes too", .serialized,
    arguments: [
      // A summer day and a winter day: in the evening UTC is a day ahead.
      ("2003-06-10T23:59:59-05:00", "2003-06-10", 3600), ("2003-06-11T00:00:00-05:00", "2003-06-10", 604_800),
      ("2003-01-10T23:59:59-06:00", "2003-01-11", 43_200), ("2003-01-11T00:00:00-06:00", "2003-01-11", 3600),
      // Spring: the day has 23 hours. It begins in winter time and ends in summer time.
      ("2024-03-09T23:59:59-06:00", "2024-03-10", 43_200), ("2024-03-10T00:00:00-06:00", "2024-03-10", 3600),
      ("2024-03-10T23:59:59-05:00", "2024-03-10", 3600), ("2024-03-11T00:00:00-05:00", "2024-03-10", 604_800),
      // Autumn: the day has 25 hours. With the offset of summer it would end an hour early.
      ("2024-11-03T00:00:00-05:00", "2024-11-03", 3600), ("2024-11-03T23:59:59-06:00", "2024-11-03", 3600),
      ("2024-11-04T00:00:00-06:00", "2024-11-03", 604_800),
      // A week later, across the change.
      ("2024-10-30T23:59:59-05:00", "2024-11-07", 86_400), ("2024-10-31T00:00:00-05:00", "2024-11-07", 43_200),
    ])
  func tiers(now: String, date: String, seconds: Int64) throws {
    let date = try day(date)
    try make(at: now).write([date: []], deadline: deadline)
    #expect((seconds - 60...seconds).contains(try lifetime(date)))
  }

  @Test("Lifetimes vary by a tenth in both directions at most")
  func spread() throws {
    let date = try day("2004-01-01")
    try make(random: FixedRandom(0)).write([date: []], deadline: deadline)
    #expect((544_260...544_320).contains(try lifetime(date)))
    try make(random: FixedRandom(.max)).write([date: []], deadline: deadline)
    #expect((665_220...665_280).contains(try lifetime(date)))
  }

  @Test("With two concurrent writers a reader sees either whole value")
  func writers() throws {
    let date = try day("2005-01-01")
    let days = ["A", "B"].map { name in
      (0..<200).map { _ in make(name, description: String(repeating: name, count: 900)) }
    }
    let expected = try days.map { records in
      let cache = try make()
      try cache.write([date: records], deadline: deadline)
      return try #require(try cache.read(date, deadline: deadline))
    }
    let seen = Locked<[Int: Int]>([:])
    let writing = days.map { records in
      { @Sendable in
        for _ in 0..<40 {
          _ = try? make().write([date: records], deadline: Deadline(after: .seconds(30), on: SystemTime()))
        }
      }
    }
    let reading = { @Sendable in
      for _ in 0..<200 {
        let value = try? make().read(date, deadline: Deadline(after: .seconds(30), on: SystemTime()))
        let index = expected.firstIndex { $0 == value } ?? -1
        seen.change { $0[index, default: 0] += 1 }
      }
    }
    concurrently(writing + [reading, reading])
    let counts = seen.change { $0 }
    #expect(Set(counts.keys).isSubset(of: [0, 1]), "\(counts)")
    #expect(counts.values.reduce(0, +) == 400)
  }

  @Test("A wrong password is ConfigurationInvalid, and is not shown")
  func wrongPassword() throws {
    let server = try #require(RedisService.url(database: 25).split(separator: "@").last)
    let cache = try make(url: "redis://:hunter2@\(server)")
    let error = #expect(throws: PipelineError.self) { try cache.read(try day("2001-01-01"), deadline: deadline) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("REDIS_URL") == true)
    #expect(error?.message.contains("hunter2") == false)
  }

  @Test("A missing server is CacheUnavailable, and a passed deadline is DeadlineExceeded")
  func unavailable() throws {
    let date = try day("2001-01-01")
    let absent = try make(url: "redis://127.0.0.1:1")
    #expect(throws: PipelineError.self) { try absent.write([date: []], deadline: deadline) }
    let error = #expect(throws: PipelineError.self) { try absent.read(date, deadline: deadline) }
    #expect(error?.name == .cacheUnavailable)
    let late = #expect(throws: PipelineError.self) {
      try make().read(date, deadline: Deadline(after: .seconds(-1), on: SystemTime()))
    }
    #expect(late?.name == .deadlineExceeded)
  }

  @Test("TLS works, and a server with another name is refused", .enabled(if: RedisService.hasTLS))
  func tls() throws {
    let date = try day("2006-01-01")
    let url = RedisService.tlsURL(database: 25)
    let cache = try make(url: url, authorities: RedisService.authorities)
    try cache.write([date: [make("A")]], deadline: deadline)
    #expect(try names(try cache.read(date, deadline: deadline)) == ["A"])
    let doubtful = try make(url: url)
    let error = #expect(throws: PipelineError.self) { try doubtful.read(date, deadline: deadline) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("REDIS_CA_FILE") == true)
  }
}
