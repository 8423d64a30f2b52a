import Foundation
import TestSupport
import Testing

@testable import festvibes

@Suite("Intervals")
struct IntervalTests {
  private func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }

  private func raster(_ text: String) throws -> IntervalRaster {
    IntervalRaster(interval: try #require(Interval(argument: text)))
  }

  @Test("An interval has a number and a unit")
  func parsing() {
    #expect(
      ["45s", "30m", "6h", "1d", "31d"].map { Interval(argument: $0)?.seconds } == [
        45, 1800, 21_600, 86_400, 2_678_400,
      ])
    for text in ["", "m", "0m", "-1m", "+1m", "1.5h", "30", "1w", "32d", "30 m", "9999999999999999999s"] {
      #expect(Interval(argument: text) == nil, "\(text)")
    }
  }

  @Test("The first start runs the present interval; another one waits for the next, also if the clock was set back")
  func steps() throws {
    let raster = try raster("30m")
    #expect(raster.step(at: date(3700), last: nil) == .run(date(3600), skipped: nil))
    #expect(raster.step(at: date(3700), last: date(3600)) == .wait(until: date(5400)))
    #expect(raster.step(at: date(3700), last: date(5400)) == .wait(until: date(7200)))
    #expect(raster.step(at: date(3700), last: date(7200)) == .findLast)
    #expect(raster.step(at: date(5400), last: date(3600)) == .run(date(5400), skipped: nil))
  }

  @Test("Intervals between the last run and the present one are skipped, and named")
  func skipping() throws {
    let raster = try raster("30m")
    let one = IntervalRaster.Skipped(first: date(5400), last: date(5400), count: 1)
    #expect(raster.step(at: date(7300), last: date(3600)) == .run(date(7200), skipped: one))
    let many = IntervalRaster.Skipped(first: date(5400), last: date(34_200), count: 17)
    #expect(raster.step(at: date(36_000), last: date(3600)) == .run(date(36_000), skipped: many))
  }

  @Test("The last run may be of another length of interval")
  func changedLength() throws {
    #expect(try raster("1h").step(at: date(7300), last: date(5400)) == .run(date(7200), skipped: nil))
    let skipped = IntervalRaster.Skipped(first: date(3600), last: date(3600), count: 1)
    #expect(try raster("1h").step(at: date(7300), last: date(1800)) == .run(date(7200), skipped: skipped))
  }

  @Test("Intervals are those of UTC, also of a time zone with another midnight")
  func multiples() throws {
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    #expect(try raster("1d").step(at: now, last: nil) == .run(date(1_799_971_200), skipped: nil))
  }

  @Test("A run's name has its interval; other names have none")
  func names() {
    let prefix = HostRunName.prefix(of: "news", job: nil)
    let name = HostRunName.interval(date(1_717_182_000), prefix: prefix)
    #expect(name == "every-news-20240531T190000Z")
    #expect(HostRunName.begin(of: name, prefix: prefix) == date(1_717_182_000))
    #expect(HostRunName.prefix(of: "news", job: "hourly") == "every-news-hourly-")
    for other in [
      "every-news-hourly-20240531T190000Z", "every-news-2024-05-31T19:00Z", "every-new-20240531T190000Z", "",
    ] {
      #expect(HostRunName.begin(of: other, prefix: prefix) == nil, "\(other)")
    }
    #expect(HostRunName.isOfHost(name) && HostRunName.isOfHost(HostRunName.manual(at: Date())))
    #expect(!HostRunName.isOfHost("cli-20240531T190000Z-abcd") && !HostRunName.isOfHost("schedule-news-20240531T1900Z"))
  }
}

/// An hour of intervals of a second. The process is killed at random moments and started again.
@Suite("Intervals of a process that is killed")
struct IntervalRunsTests {
  private struct Killed: Error {}

  /// The things that survive a process: the ledger, and what was written to the log.
  private final class World {
    enum State { case open, closed, aborted }

    static let seconds = 3600
    var random: SplitMix
    var now = 0.0
    /// The runs by the beginnings of their intervals.
    var runs: [Int: State] = [:]
    /// The number of times that each interval was begun to be run.
    var begun: [Int: Int] = [:]
    var skipped: Set<Int> = []
    var saidAborted: Set<Int> = []
    /// The number of calls after which the process is killed.
    var callsLeft = 0
    var kills = 0

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// The process may be killed at each of these moments.
    func moment(taking seconds: Double = 0) throws {
      now += seconds
      callsLeft -= 1
      guard callsLeft >= 0 else {
        kills += 1
        throw Killed()
      }
    }

    var calls: IntervalRuns.Calls {
      IntervalRuns.Calls(
        now: { Date(timeIntervalSince1970: self.now) },
        wait: { self.now = max(self.now, $0.timeIntervalSince1970) },
        isStopped: { self.now >= Double(Self.seconds) },
        recover: {
          try self.moment(taking: 0.2)
          for (begin, state) in self.runs.sorted(by: { $0.key < $1.key }) where state == .open {
            self.saidAborted.insert(begin)
            try self.moment()
            self.runs[begin] = .aborted
          }
        },
        last: {
          let present = Int(self.now)
          return self.runs.keys.filter { $0 <= present }.max().map { Date(timeIntervalSince1970: Double($0)) }
        },
        skip: { skipped, reason in
          #expect(!reason.isEmpty)
          try self.moment()
          let first = Int(skipped.first.timeIntervalSince1970)
          #expect(first + skipped.count - 1 == Int(skipped.last.timeIntervalSince1970))
          self.skipped.formUnion(first..<first + skipped.count)
        },
        run: { begin in
          let begin = Int(begin.timeIntervalSince1970)
          try self.moment(taking: 0.05)
          #expect(self.runs[begin] == nil)
          self.runs[begin] = .open
          self.begun[begin, default: 0] += 1
          // One in ten takes longer than an interval.
          let duration = Double.random(in: 0.1...0.7, using: &self.random)
          try self.moment(taking: Int.random(in: 0..<10, using: &self.random) == 0 ? duration * 4 : duration)
          self.runs[begin] = .closed
          try self.moment()
        })
    }
  }

  @Test(
    "Each interval is run once, or is said to be skipped; a run that was killed is closed, and said (F07)",
    arguments: 1...20)
  func hour(seed: Int) throws {
    let world = World(seed: UInt64(seed))
    let raster = IntervalRaster(interval: try #require(Interval(argument: "1s")))
    while world.now < Double(World.seconds) {
      world.callsLeft = Int.random(in: 0...60, using: &world.random)
      do { try IntervalRuns(raster: raster, calls: world.calls).run() } catch is Killed {
        // The service manager starts it again, sometimes late.
        world.now += Double.random(in: 0...3, using: &world.random)
      }
    }
    // One more start, which is not killed, says what the last one did not.
    world.now = Double(World.seconds)
    world.callsLeft = .max
    var calls = world.calls
    let end = world.now + 2
    calls.isStopped = { world.now >= end }
    try IntervalRuns(raster: raster, calls: calls).run()

    #expect(world.kills > 50)
    #expect(world.begun.values.allSatisfy { $0 == 1 })
    let first = try #require(world.runs.keys.min())
    for interval in first..<World.seconds {
      #expect((world.runs[interval] != nil) != world.skipped.contains(interval), "interval \(interval)")
    }
    let aborted = Set(world.runs.filter { $0.value == .aborted }.keys)
    #expect(!aborted.isEmpty && !world.runs.values.contains(.open))
    #expect(world.saidAborted == aborted)
    #expect(world.runs.count > 1000 && !world.skipped.isEmpty)
  }

  @Test("An order to end ends the wait, and no further interval is run")
  func stopping() throws {
    var (runs, isStopped) = (0, false)
    let calls = IntervalRuns.Calls(
      now: { Date(timeIntervalSince1970: 10) }, wait: { _ in isStopped = true }, isStopped: { isStopped },
      recover: {}, last: { nil }, skip: { _, _ in Issue.record("nothing is skipped") }, run: { _ in runs += 1 })
    try IntervalRuns(raster: IntervalRaster(interval: try #require(Interval(argument: "1h"))), calls: calls).run()
    #expect(runs == 1)
  }

  /// Runs intervals of an hour from 10 h on. Returns what happened, as `run 10` and `skip 11-12 REASON`.
  private func happenings(
    _ jumps: [Double], taking durations: [Double] = [], known: [Int] = [], last: Int? = nil
  ) throws -> [String] {
    var now = 10.5 * 3600
    var (jumps, durations, happened, runs) = (jumps, durations, [String](), known + [last].compactMap(\.self))
    func hour(_ date: Date) -> Int { Int(date.timeIntervalSince1970) / 3600 }
    let calls = IntervalRuns.Calls(
      now: { Date(timeIntervalSince1970: now) },
      wait: { moment in
        now = max(now, moment.timeIntervalSince1970)
        if !jumps.isEmpty { now += jumps.removeFirst() * 3600 }
      },
      isStopped: { happened.count >= 8 || jumps.isEmpty && durations.isEmpty && happened.count >= 3 },
      recover: {},
      last: {
        happened.append("last")
        return runs.filter { $0 <= Int(now / 3600) }.max().map { Date(timeIntervalSince1970: Double($0) * 3600) }
      },
      skip: { skipped, reason in happened.append("skip \(hour(skipped.first))-\(hour(skipped.last)) \(reason)") },
      run: { begin in
        happened.append("run \(hour(begin))")
        runs.append(hour(begin))
        if !durations.isEmpty { now += durations.removeFirst() * 3600 }
      })
    try IntervalRuns(raster: IntervalRaster(interval: try #require(Interval(argument: "1h"))), calls: calls).run()
    return happened
  }

  @Test("The reason of skipped intervals is the one that is true: a long run, a pause of the process, or no process")
  func reasons() throws {
    #expect(
      try happenings([], taking: [2.2, 0]) == ["last", "run 10", "skip 11-11 \(IntervalRuns.reasonOfLength)", "run 12"])
    #expect(
      try happenings([0, 3.1, 0]) == ["last", "run 10", "run 11", "skip 12-14 \(IntervalRuns.reasonOfPause)", "run 15"])
    #expect(try happenings([], last: 8) == ["last", "skip 9-9 \(IntervalRuns.reasonOfStart)", "run 10"])
  }

  @Test("A run of a clock that was ahead holds no interval up, whether it was of this process or of an earlier one")
  func clockAhead() throws {
    #expect(try happenings([], known: [87_600], last: 9) == ["last", "run 10", "run 11"])
    // Set years ahead after the first run, and back after the second.
    let happened = try happenings([87_600, -87_601, 0])
    let later = 87_611
    #expect(
      happened == [
        "last", "run 10", "skip 11-\(later - 1) \(IntervalRuns.reasonOfPause)", "run \(later)", "last", "run 11",
      ])
  }
}
