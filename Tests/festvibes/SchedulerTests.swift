import Contracts
import Datasets
import Definitions
import Foundation
import Settings
import TestSupport
import Testing
import Time

@testable import festvibes

/// Definitions with nothing but a schedule, in a folder of their own.
final class ScheduleFixture {
  let folder = FileManager.default.temporaryDirectory.appending(path: "schedules-\(UUID().uuidString)")
  private(set) lazy var reader = newReader()

  /// A reader as a program that starts has it.
  func newReader() -> ScheduleReader {
    ScheduleReader(
      DatasetCatalog(DatasetFolder(folder.path), plugins: KnownPlugins()) { Configuration(environment: [:]) }, only: [])
  }

  init(_ crons: [String: String]) throws {
    for (id, cron) in crons { try write(id, cron) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// - Parameter isWhole: true if the text is the definition, false if it is its expression.
  func write(_ id: String, _ cron: String, isWhole: Bool = false) throws {
    let path = folder.appending(path: id)
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    let schedule = "dataset_id: \(id)\ndata_type: items\nschedule: {cron: \"\(cron)\"}\nextract: {plugin: any}\n"
    let text = isWhole ? cron : schedule
    try Data(text.utf8).write(to: path.appending(path: "dataset.yaml"), options: .atomic)
  }

  func remove(_ id: String) throws { try FileManager.default.removeItem(at: folder.appending(path: id)) }
}

/// The executions of Step Functions, which outlive schedulers.
final class FakeStarts {
  private(set) var names: [String] = []
  /// The datasets whose starts fail.
  var failing: Set<String> = []
  private(set) var attempts = 0
  var lines: [String] = []

  private struct Away: Error, CustomStringConvertible { let description = "Step Functions does not respond" }

  var calls: Scheduler.Calls {
    Scheduler.Calls(
      start: { [self] schedule, time in
        attempts += 1
        if failing.contains(schedule.dataset) { throw Away() }
        let name = schedule.executionName(at: time)
        guard !names.contains(name) else { return false }
        names.append(name)
        return true
      },
      wasStarted: { [self] schedule, time in
        if failing.contains(schedule.dataset) { throw Away() }
        return names.contains(schedule.executionName(at: time))
      }, say: { [self] in lines.append($0) })
  }

  /// The lines that have a text.
  func lines(with text: String) -> [String] { lines.filter { $0.contains(text) } }
}

@Suite("The scheduler")
struct SchedulerTests {
  private let starts = FakeStarts()
  /// 2024-05-31T19:00:00Z.
  private let time = ManualTime()

  private func scheduler(_ fixture: ScheduleFixture) throws -> Scheduler {
    let scheduler = Scheduler(starts.calls, time: time, random: FixedRandom())
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try scheduler.tick()
    return scheduler
  }

  /// Lets time pass in steps, as the program does.
  private func run(_ scheduler: Scheduler, for duration: Duration, step: Duration = .seconds(20)) throws {
    var left = duration
    while left > .zero {
      time.advance(by: min(step, left))
      try scheduler.tick()
      left -= step
    }
  }

  @Test("Each time of each schedule starts one execution, and another scheduler starts none again")
  func fires() throws {
    let fixture = try ScheduleFixture(["a": "0/30 * * * ? *", "b": "15 20 * * ? *", "c": "0 0 1 1 ? 2020"])
    time.advance(by: .seconds(-9))
    starts.failing = []
    let scheduler = try scheduler(fixture)
    try run(scheduler, for: .seconds(2 * 3600 + 60))
    let expected = [
      "a-20240531T1900Z", "a-20240531T1930Z", "a-20240531T2000Z", "b-20240531T2015Z", "a-20240531T2030Z",
      "a-20240531T2100Z",
    ]
    // The first one is the time that had passed when the scheduler began.
    #expect(starts.names.filter { !$0.contains("T1830Z") } == expected.map { "schedule-\($0)" })
    #expect(starts.lines(with: "c: 0 0 1 1 ? 2020 in UTC; no time is left").count == 1)

    let other = Scheduler(starts.calls, time: time, random: FixedRandom())
    try other.update(
      try #require(fixture.newReader().changes()).schedules)
    let count = starts.names.count
    try other.tick()
    #expect(starts.names.count == count)
    #expect(starts.lines(with: "was started before").count == 2)
    try run(scheduler, for: .seconds(1800))
    try other.tick()
    #expect(starts.names.count == count + 1)
  }

  @Test("After a restart the last missed time is made up for, once, if it is less than 4 hours ago")
  func restart() throws {
    let fixture = try ScheduleFixture(["near": "0 16 * * ? *", "far": "59 14 * * ? *", "many": "0/10 * * * ? *"])
    _ = try scheduler(fixture)
    #expect(starts.names == ["schedule-many-20240531T1900Z", "schedule-near-20240531T1600Z"])
    #expect(starts.lines(with: "near-20240531T1600Z is started, 3 h 00 min late").count == 1)
    let skipped = starts.lines(with: "far: skipped 2024-05-31 14:59:00 UTC")
    #expect(
      skipped.count == 1 && skipped[0].hasSuffix("it was not started, and is 4 h 01 min late, which is 4 hours or more")
    )
  }

  @Test("After a pause only the last missed time is made up for, and the others are named")
  func pause() throws {
    let fixture = try ScheduleFixture(["daily": "0 20 * * ? *", "often": "0/20 * * * ? *"])
    let scheduler = try scheduler(fixture)
    let before = starts.names.count
    time.advance(by: .seconds(26 * 3600))
    try scheduler.tick()
    try scheduler.tick()
    #expect(starts.names.dropFirst(before) == ["schedule-daily-20240601T2000Z", "schedule-often-20240601T2100Z"])
    #expect(
      starts.lines(with: "daily: skipped 2024-05-31 20:00:00 UTC: it was not started, and is 25 h 00 min late").count
        == 1)
    #expect(
      starts.lines(with: "often: skipped 77 times, from 2024-05-31 19:20:00 UTC to 2024-06-01 20:40:00 UTC").count == 1)
  }

  @Test("A start that fails is tried again until it is 4 hours late, and stops no other")
  func failure() throws {
    let fixture = try ScheduleFixture(["good": "5 19 * * ? *", "lost": "5 19 * * ? *", "slow": "5 19 * * ? *"])
    let scheduler = try scheduler(fixture)
    starts.failing = ["lost", "slow"]
    try run(scheduler, for: .seconds(600))
    #expect(starts.names == ["schedule-good-20240531T1905Z"])
    #expect(
      starts.lines(
        with:
          "slow: the run of 2024-05-31 19:05:00 UTC could not be started, and is tried again until 2024-05-31 23:05:00 UTC: Step Functions does not respond"
      ).count == 1)
    starts.failing = ["lost"]
    try run(scheduler, for: .seconds(120))
    #expect(starts.names == ["schedule-good-20240531T1905Z", "schedule-slow-20240531T1905Z"])
    let attempts = starts.attempts
    try run(scheduler, for: .seconds(5 * 3600), step: .seconds(10))
    #expect(starts.names.count == 2)
    #expect(starts.lines(with: "lost: skipped 2024-05-31 19:05:00 UTC").count == 1)
    #expect(starts.attempts == attempts, "a late start asks first if there is one")
  }

  @Test("A later time takes the place of one that could not be started")
  func replaced() throws {
    let fixture = try ScheduleFixture(["often": "0/10 * * * ? *"])
    let scheduler = try scheduler(fixture)
    starts.failing = ["often"]
    try run(scheduler, for: .seconds(1500))
    starts.failing = []
    try run(scheduler, for: .seconds(120))
    #expect(starts.names == ["schedule-often-20240531T1900Z", "schedule-often-20240531T1920Z"])
    #expect(
      starts.lines(with: "skipped 2024-05-31 19:10:00 UTC: it was not started, and a later one is due").count == 1)
  }

  @Test("A definition that changes is read again; what it made of the past is not made up for")
  func changes() throws {
    let fixture = try ScheduleFixture(["a": "0 20 * * ? *", "b": "0 20 * * ? *"])
    let scheduler = try scheduler(fixture)
    #expect(fixture.reader.changes() == nil)
    try fixture.write("a", "30 18,19 * * ? *")
    try fixture.write("new", "0 17,21 * * ? *")
    try fixture.remove("b")
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    #expect(starts.lines(with: "b: has no schedule any more").count == 1)
    try run(scheduler, for: .seconds(3 * 3600))
    #expect(starts.names == ["schedule-a-20240531T1930Z", "schedule-new-20240531T2100Z"])

    try fixture.write("a", "61 * * * ? *")
    let broken = try #require(fixture.reader.changes())
    #expect(broken.schedules.map(\.dataset) == ["a", "new"] && broken.problems.count == 1)
    #expect(
      broken.problems[0].hasPrefix("a: its definition has to be corrected, its former schedule counts until then: "))
    #expect(broken.problems[0].contains("schedule.cron: minutes is '61'"))
    #expect(fixture.reader.changes() == nil, "it is said once")
  }

  @Test("A clock that is set back starts nothing twice")
  func back() throws {
    let fixture = try ScheduleFixture(["a": "0/10 * * * ? *"])
    let scheduler = try scheduler(fixture)
    try run(scheduler, for: .seconds(1200))
    let count = starts.names.count
    time.advance(by: .seconds(-900))
    try run(scheduler, for: .seconds(890))
    #expect(starts.names.count == count)
  }

  @Test("A clock that was years ahead holds no schedule up, and a run that it has started is not started again")
  func ahead() throws {
    let fixture = try ScheduleFixture(["a": "0/10 * * * ? *"])
    let scheduler = try scheduler(fixture)
    time.advance(by: .seconds(365 * 86_400))
    try scheduler.tick()
    let later = try #require(starts.names.last)
    #expect(later == "schedule-a-20250531T1900Z")
    time.advance(by: .seconds(-365 * 86_400))
    try run(scheduler, for: .seconds(1200))
    #expect(starts.names.suffix(2) == ["schedule-a-20240531T1910Z", "schedule-a-20240531T1920Z"])
    #expect(
      starts.lines(with: "a: the clock was at 2025-05-31 19:00:00 UTC or later and was set back").count == 1)
    time.advance(by: .seconds(365 * 86_400 - 1200))
    let attempts = starts.attempts
    try scheduler.tick()
    #expect(starts.names.last != later && starts.names.count { $0 == later } == 1 && starts.attempts == attempts)
  }

  @Test("A start that is made up for after a restart always asks first, also if it is not late")
  func punctualRestart() throws {
    let fixture = try ScheduleFixture(["a": "0/10 * * * ? *"])
    _ = try scheduler(fixture)
    time.advance(by: .seconds(20))
    let other = Scheduler(starts.calls, time: time, random: FixedRandom())
    try other.update(try #require(fixture.newReader().changes()).schedules)
    try other.tick()
    #expect(starts.attempts == 1 && starts.names.count == 1 && starts.lines(with: "was started before").count == 1)
  }

  @Test("A time between the last look and a change of the schedule is run by the former schedule")
  func changeAfterTime() throws {
    let fixture = try ScheduleFixture(["a": "5 19 * * ? *"])
    let scheduler = try scheduler(fixture)
    time.advance(by: .seconds(301))
    try fixture.write("a", "0 22 * * ? *")
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try scheduler.tick()
    #expect(starts.names == ["schedule-a-20240531T1905Z"])
  }

  @Test("A definition that is away for a moment loses no run; one that is gone is said to lose it")
  func away() throws {
    let fixture = try ScheduleFixture(["a": "5 19 * * ? *", "b": "5 19 * * ? *"])
    let scheduler = try scheduler(fixture)
    time.advance(by: .seconds(301))
    try fixture.remove("a")
    try fixture.remove("b")
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try scheduler.tick()
    #expect(starts.names.isEmpty)
    #expect(
      starts.lines(
        with:
          "has no schedule any more; its run of 2024-05-31 19:05:00 UTC, which is due, is started only if it comes back"
      ).count == 2)
    time.advance(by: .seconds(1))
    try fixture.write("a", "5 19 * * ? *")
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try scheduler.tick()
    #expect(starts.names == ["schedule-a-20240531T1905Z"])
    time.advance(by: .seconds(61))
    try fixture.write("b", "5 19 * * ? *")
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try scheduler.tick()
    #expect(starts.names == ["schedule-a-20240531T1905Z"])
  }

  @Test("A program that is to end starts nothing more")
  func stopped() throws {
    let fixture = try ScheduleFixture(["a": "5 19 * * ? *"])
    let scheduler = try scheduler(fixture)
    time.advance(by: .seconds(600))
    try scheduler.tick { true }
    #expect(starts.names.isEmpty)
  }

  @Test("A clock in a file shows what the file says; while it is written, what it said before")
  func clock() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "clock-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(throws: CommandError.self) { _ = try FileClock(file.path) }
    try Data("2024-05-31T15:00:00-05:00\n".utf8).write(to: file)
    let clock = try FileClock(file.path)
    #expect(clock.now == (try #require(RFC3339.parse("2024-05-31T20:00:00Z")).date))
    try Data("2024-05".utf8).write(to: file)
    #expect(clock.now == (try #require(RFC3339.parse("2024-05-31T20:00:00Z")).date))
  }
}
