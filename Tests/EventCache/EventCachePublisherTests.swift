import Contracts
import EventRecords
import Foundation
import TestSupport
import Testing
import Time

@testable import EventCache

@Suite("Publishing days to the cache")
final class EventCachePublisherTests {
  /// The ranges that the publisher read, and the days that it wrote, in order.
  private var reads: [ClosedRange<CalendarDate>] = []
  private var writes: [[CalendarDate: [EventRecord]]] = []
  /// The content of the database.
  private var stored: [CalendarDate: [EventRecord]] = [:]
  /// The dates that were ever loaded; nil for all.
  private var loaded: Set<CalendarDate>?
  private let deadline = Deadline(after: .seconds(30), on: SystemTime())

  private func make(_ count: Int) -> [EventRecord] {
    (0..<count).map { number in
      EventRecord(
        artist: .init(name: "Artist \(number)"), venue: .init(), event: .init(), performanceTime: nil, scrapeTime: "")
    }
  }

  private func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }
  private func item(_ text: String) throws -> WorkItem { WorkItem(date: try day(text)) }

  private func publisher(writing: EventCachePublisher.Writer? = nil) -> EventCachePublisher {
    EventCachePublisher(
      reading: { [self] range, _ in
        reads.append(range)
        return stored.filter { range.contains($0.key) }
      },
      loadedDates: { [self] dates, _ in loaded ?? Set(dates) },
      writing: writing ?? { [self] days, _ in
        writes.append(days)
        return days.count * 100
      })
  }

  @discardableResult
  private func publish(
    _ scope: CacheRequest.Scope, writing: EventCachePublisher.Writer? = nil
  ) throws -> PublishReport {
    try publisher(writing: writing).publish(scope, deadline: deadline)
  }

  @Test("A date is read and written, and read once more after it was written")
  func date() throws {
    let date = try day("2024-05-31")
    stored[date] = make(118)
    let item = WorkItem(date: date)
    #expect(
      try publish(.item(item))
        == PublishReport(
          counts: ["2024-05-31": 118], bytes: 100, cached: [PublishedItem(item: item, records: 118)]))
    #expect(reads == [date...date, date...date])
    #expect(writes == [[date: make(118)]])
  }

  @Test("A day without events is written as such")
  func emptyDay() throws {
    #expect(try publish(.item(item("2024-06-01"))).counts == ["2024-06-01": 0])
    #expect(writes == [[try day("2024-06-01"): []]])
  }

  @Test("An item without a date is wrong input")
  func undatedItem() throws {
    let item = try WorkItem(id: "page-1")
    for scope in [CacheRequest.Scope.item(item), .loaded([item])] {
      let error = #expect(throws: PipelineError.self) { try publish(scope) }
      #expect(error?.name == .invalidInput)
    }
    #expect(reads.isEmpty && writes.isEmpty)
  }

  @Test("A range is published date by date, with dates that have no events")
  func range() throws {
    stored[try day("2024-05-31")] = make(3)
    stored[try day("2024-06-02")] = make(2)
    let report = try publish(.range(day("2024-05-31")...day("2024-06-02")))
    #expect(report.counts == ["2024-05-31": 3, "2024-06-01": 0, "2024-06-02": 2])
    #expect(report.bytes == 300)
    #expect(report.cached.map(\.item.id) == ["2024-05-31", "2024-06-01", "2024-06-02"])
    #expect(report.cached.map(\.records) == [3, 0, 2])
  }

  @Test("Items are written, each once, and the days between them are not")
  func items() throws {
    stored[try day("2024-05-30")] = make(1)
    stored[try day("2024-05-31")] = make(3)
    stored[try day("2024-06-02")] = make(2)
    stored[try day("2024-06-03")] = make(7)
    let items = try ["2024-05-30", "2024-05-31", "2024-06-02", "2024-06-04"].map(item)
    #expect(
      try publish(.loaded(items)).counts
        == ["2024-05-30": 1, "2024-05-31": 3, "2024-06-02": 2, "2024-06-04": 0])
    #expect(
      writes.flatMap(\.keys).map { "\($0)" }.sorted() == ["2024-05-30", "2024-05-31", "2024-06-02", "2024-06-04"])
    #expect(reads.count == 6)
  }

  @Test("An item that was never loaded is skipped: nobody knows that it has no events")
  func neverLoaded() throws {
    let known = try day("2024-05-31")
    loaded = [known]
    let items = try ["2024-05-31", "2024-06-01"].map(item)
    #expect(try publish(.loaded(items)).counts == ["2024-05-31": 0])
    #expect(writes == [[known: []]])
    loaded = []
    #expect(try publish(.loaded([item("2024-06-01")])) == PublishReport())
    #expect(writes.count == 1)
  }

  @Test("Two publishers leave what the database has, even if the one that read first writes last")
  func slowWriter() throws {
    let date = try day("2024-05-31")
    var cached: [CalendarDate: [EventRecord]] = [:]
    let write: EventCachePublisher.Writer = { days, _ in
      cached.merge(days) { $1 }
      return 1
    }
    stored[date] = make(1)
    var isFirst = true
    let report = try publish(.item(WorkItem(date: date))) { days, deadline throws(PipelineError) in
      if isFirst {
        isFirst = false
        // While this one stalls, another loads and publishes the day.
        self.stored[date] = self.make(2)
        _ = try self.publisher(writing: write).publish(.item(WorkItem(date: date)), deadline: deadline)
        #expect(cached[date] == self.make(2))
      }
      return try write(days, deadline)
    }
    #expect(cached[date] == make(2))
    #expect(report.counts == ["2024-05-31": 2])
  }

  @Test("A day that changes each time that it is written ends at the deadline")
  func restless() throws {
    let date = try day("2024-05-31")
    var writes = 0
    let error = #expect(throws: PipelineError.self) {
      try publish(.item(WorkItem(date: date))) { _, _ throws(PipelineError) in
        writes += 1
        if writes == 5 { throw PipelineError(.deadlineExceeded, "no time was left for Redis") }
        self.stored[date] = self.make(writes)
        return 0
      }
    }
    #expect(error?.name == .deadlineExceeded)
  }

  @Test("A year is read and written in parts without a gap, each date once")
  func year() throws {
    #expect(try publish(.range(day("2024-01-01")...day("2024-12-31"))).counts.count == 366)
    #expect(reads.first?.lowerBound == (try day("2024-01-01")))
    #expect(reads.last?.upperBound == (try day("2024-12-31")))
    let parts = reads.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    for (part, next) in zip(parts, parts.dropFirst()) { #expect(next.lowerBound == part.upperBound.adding(days: 1)) }
    #expect(reads.count == 24)
    #expect(writes.map(\.count).reduce(0, +) == 366)
    #expect(writes.allSatisfy { $0.count <= 31 })
  }

  @Test("A range of one date, and the last one of the calendar, end")
  func edges() throws {
    for text in ["2024-05-31", "9999-12-31"] {
      #expect(try publish(.range(day(text)...day(text))).counts == [text: 0])
    }
  }

  @Test("A failure to write is thrown, although earlier parts are written")
  func failure() {
    var parts = 0
    let error = #expect(throws: PipelineError.self) {
      try publish(.range(day("2024-01-01")...day("2024-03-31"))) { _, _ throws(PipelineError) in
        parts += 1
        if parts == 2 { throw PipelineError(.cacheUnavailable, "gone") }
        return 0
      }
    }
    #expect(error?.name == .cacheUnavailable)
    #expect(parts == 2)
  }

  @Test("With a server, the day is in the cache", .enabled(if: RedisService.isRunning, "start the services: make test"))
  func realCache() throws {
    let date = try day("2024-05-31")
    let records = make(118)
    let cache = try EventCache(
      EventCacheSettings(url: RedisService.url(database: 27)), zone: try TimeZoneRules(identifier: "America/Chicago"))
    let publisher = EventCachePublisher(
      cache, reading: { _, _ in [date: records] }, loadedDates: { _, _ in [date] },
      changedDates: { _, _ in [] })
    let report = try publisher.publish(.loaded([WorkItem(date: date)]), deadline: deadline)
    let value = try #require(try cache.read(date, deadline: deadline))
    #expect(try JSONDecoder().decode([EventRecord].self, from: value) == records)
    #expect(report.counts == ["2024-05-31": 118])
    #expect(report.bytes == value.count)
    // A past day: a week, give or take a tenth.
    #expect((report.cached.first?.lifetime).map { (544_320...665_280).contains($0) } == true)
  }

  @Test(
    "A checker compares what is cached with the database",
    .enabled(if: RedisService.isRunning, "start the services: make test"))
  func checker() throws {
    let dates = try ["2024-05-31", "2024-06-01", "2024-06-02"].map(day)
    let cache = try EventCache(
      EventCacheSettings(url: RedisService.url(database: 23)), zone: try TimeZoneRules(identifier: "America/Chicago"))
    try cache.write([dates[0]: make(2), dates[1]: make(3)], deadline: deadline)
    let stored = [dates[0]: make(2), dates[1]: make(4), dates[2]: make(1)]
    let checker = EventCacheChecker(
      cache,
      reading: { range, _ in stored.filter { range.contains($0.key) } })
    let items = dates.map(WorkItem.init(date:)) + [try WorkItem(id: "page-1")]
    #expect(
      try checker.check(items, deadline: deadline) == [
        "2024-05-31": .present(isCurrent: true), "2024-06-01": .present(isCurrent: false), "2024-06-02": .absent,
      ])
    // A publisher writes what the database has, after the cache was read.
    let meeting = EventCacheChecker(
      cache,
      reading: { range, deadline throws(PipelineError) in
        let days = stored.filter { range.contains($0.key) }
        _ = try cache.write(days, deadline: deadline)
        return days
      })
    #expect(try meeting.check([items[1]], deadline: deadline) == ["2024-06-01": .present(isCurrent: true)])
    // One that never comes to rest is not waited for.
    var reads = 0
    let restless = EventCacheChecker(
      cache,
      reading: { _, deadline throws(PipelineError) in
        reads += 1
        _ = try cache.write([dates[1]: self.make(10 + reads)], deadline: deadline)
        return [dates[1]: self.make(5)]
      })
    #expect(try restless.check([items[1]], deadline: deadline) == ["2024-06-01": .present(isCurrent: false)])
    #expect(reads == 4)
    // On the days whose cancelled events are cached, they are compared, too.
    let today = try TimeZoneRules(identifier: "America/Chicago").localDate(at: Date())
    var off = make(1)
    off[0].event.status = "cancelled"
    try cache.write([today: off], deadline: deadline)
    let current = EventCacheChecker(cache, reading: { _, _ in [today: off] })
    #expect(try current.check([WorkItem(date: today)], deadline: deadline).values.first == .present(isCurrent: true))
    let other = EventCacheChecker(cache, reading: { _, _ in [:] })
    #expect(try other.check([WorkItem(date: today)], deadline: deadline).values.first == .present(isCurrent: false))
    let noon = try #require(RFC3339.parse("2024-05-31T12:00:00-05:00")).date
    #expect(checker.expiry(of: items[0], writtenAt: noon) == noon + 3960)
    #expect(checker.expiry(of: items[3], writtenAt: noon) == nil)
  }
}
