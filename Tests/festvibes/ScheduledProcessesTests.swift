import Datasets
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

/// The scheduler of a host without AWS, over processes that end as they are told.
@Suite("Scheduled runs in processes")
struct ScheduledProcessesTests {
  private final class FakeChild: ScheduledProcesses.Child {
    let arguments: [String]
    var end: ScheduledProcessEnd?

    init(_ arguments: [String]) { self.arguments = arguments }

    func terminate() { end = .status(143) }
    func waitUntilExit() {}
  }

  /// The processes, the ledger and the log.
  private final class World {
    var children: [FakeChild] = []
    var ledger: Set<String> = []
    var lines: [String] = []

    lazy var calls = ScheduledProcesses.Calls(
      launch: { [unowned self] arguments in
        let child = FakeChild(arguments)
        children.append(child)
        return child
      }, wasStarted: { [unowned self] in ledger.contains(ScheduledProcesses.name($0, $1)) },
      say: { [unowned self] in lines.append($0) })

    var names: [String] { children.compactMap(\.arguments.last) }
  }

  /// 2024-05-31T19:00:00Z.
  private let time = ManualTime()
  private let world = World()
  private let processes: ScheduledProcesses
  private let scheduler: Scheduler

  init() {
    processes = ScheduledProcesses(world.calls)
    scheduler = Scheduler(
      .init(start: processes.start, wasStarted: world.calls.wasStarted, say: world.calls.say), time: time,
      random: FixedRandom())
  }

  /// Lets time pass as the program does.
  private func run(for seconds: Int) throws {
    for _ in 0..<seconds {
      time.advance(by: .seconds(1))
      for (schedule, time) in try processes.collect() { try scheduler.putBack(schedule, time) }
      try scheduler.tick()
    }
  }

  /// A dataset with a daily run and a job, both at 19:05.
  private func begin() throws -> ScheduleFixture {
    let fixture = try ScheduleFixture([:])
    try fixture.write(
      "news",
      """
      dataset_id: news
      data_type: items
      schedule: {cron: "5 19 * * ? *"}
      plan: {kind: single, profiles: {hourly: {schedule: {cron: "5 * * * ? *"}}}}
      extract: {plugin: any}
      """, isWhole: true)
    // The times before the start are in the ledger.
    world.ledger = ["host-schedule-news-20240530T1905Z", "host-schedule-news-hourly-20240531T1805Z"]
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    return fixture
  }

  @Test("Two runs of a dataset at the same time: the second one is started when the first has ended")
  func sameTime() throws {
    let fixture = try begin()
    try run(for: 600)
    #expect(world.children.count == 1)
    let first = try #require(world.names.first)
    #expect(world.lines.count { $0.contains("\(first) is under way, and a dataset has one run at a time") } == 1)
    world.ledger.insert(first)
    world.children[0].end = .status(0)
    try run(for: 120)
    #expect(Set(world.names) == ["host-schedule-news-20240531T1905Z", "host-schedule-news-hourly-20240531T1905Z"])
    #expect(FileManager.default.fileExists(atPath: fixture.folder.path))
  }

  @Test("A process that another run of the dataset has kept from its work is started again, until it is 4 hours late")
  func locked() throws {
    let fixture = try ScheduleFixture(["a": "5 19 * * ? *"])
    world.ledger = ["host-schedule-a-20240530T1905Z"]
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try run(for: 301)
    for count in 1...3 {
      #expect(world.children.count == count)
      world.children[count - 1].end = .status(75)
      try run(for: 301)
    }
    #expect(world.lines.count { $0.contains("could not be started") && $0.contains("another run of the dataset") } == 1)
    #expect(Set(world.names) == ["host-schedule-a-20240531T1905Z"])
    world.children[3].end = .status(0)
    world.ledger.insert("host-schedule-a-20240531T1905Z")
    try run(for: 900)
    #expect(world.children.count == 4)
  }

  @Test("A run that was kept from its work for 4 hours, or until its schedule was gone, is said to be skipped")
  func lost() throws {
    let fixture = try ScheduleFixture(["a": "5 19 * * ? *", "b": "5 19 * * ? *"])
    world.ledger = ["host-schedule-a-20240530T1905Z", "host-schedule-b-20240530T1905Z"]
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try run(for: 301)
    #expect(world.children.count == 2)
    try fixture.remove("b")
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    for _ in 0..<60 {
      for child in world.children where child.end == nil { child.end = .status(75) }
      try run(for: 300)
    }
    #expect(world.lines.count { $0.contains("b: skipped 2024-05-31 19:05:00 UTC: another run was under way") } == 1)
    #expect(world.lines.count { $0.contains("a: skipped 2024-05-31 19:05:00 UTC: it was not started") } == 1)
    let count = world.children.count
    #expect((20...60).contains(count))
    try run(for: 300)
    #expect(world.children.count == count)
  }

  @Test("Other ends are said; five datasets run at once; the end of the program ends all")
  func ends() throws {
    let fixture = try ScheduleFixture(
      Dictionary(uniqueKeysWithValues: (0..<6).map { ("d\($0)", "5 19 * * ? *") }))
    world.ledger = Set((0..<6).map { "host-schedule-d\($0)-20240530T1905Z" })
    try scheduler.update(try #require(fixture.reader.changes()).schedules)
    try run(for: 301)
    #expect(world.children.count == ScheduledProcesses.maximum)
    world.children[0].end = .signal(9)
    world.children[1].end = .status(78)
    try run(for: 61)
    #expect(world.children.count == 6)
    #expect(
      world.lines.contains(
        "host-schedule-d0-20240531T1905Z: its process was killed by signal 9; the next run closes it"))
    #expect(world.lines.contains("host-schedule-d1-20240531T1905Z: its process ended with status 78"))
    processes.stop()
    #expect(world.children.dropFirst(2).allSatisfy { $0.end == .status(143) })
    #expect(try processes.collect().isEmpty)
  }
}
