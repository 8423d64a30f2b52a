import Datasets
import Foundation
import Time

/// Starts the runs of schedules at their times. It keeps no file: the name of a time's execution says if it was started.
///
/// A time that was missed, because no scheduler ran or Step Functions did not respond, is made up for if it is the last one
/// of its schedule and less than four hours ago. Each schedule is on its own: a start that fails is tried again, and the
/// other schedules go on.
final class Scheduler {
  struct Calls {
    /// Starts the execution of a time. Returns false if there is one already.
    let start: (DatasetSchedule, Date) throws -> Bool
    /// Returns true if the execution of a time was started before.
    let wasStarted: (DatasetSchedule, Date) throws -> Bool
    /// Writes a line for a person.
    let say: (String) throws -> Void
  }

  /// The delays between the attempts to start one execution.
  private static let backoff = Backoff(base: .seconds(2), cap: .seconds(60), maximumAttempts: .max)
  /// The delays after a start that another run of the dataset prevented: each attempt is a process.
  private static let lockBackoff = Backoff(base: .seconds(30), cap: .seconds(300), maximumAttempts: .max)
  /// A start that is later than this many seconds makes up for a missed one.
  private static let punctuality: TimeInterval = 60

  private struct Entry {
    let schedule: DatasetSchedule
    /// The times up to this one were started, given up or are pending.
    var seen: Date
    /// Times up to this one may have been started before: by an earlier process, or before the clock was set back.
    var knownUntil = Date.distantPast
    var pending: Pending?
    /// The last pending that was started.
    var started: Pending?
    /// The time at which the schedule was gone.
    var goneAt: Date?
  }

  private struct Pending {
    let time: Date
    var attempts = 0
    /// The uptime before which there is no further attempt.
    var notBefore = Duration.zero
    /// The reason of the last failure. The same reason is written once.
    var reason = ""
  }

  private let calls: Calls
  private let time: any TimeSource
  private var random: any RandomNumberGenerator
  private var entries: [Entry] = []
  /// Those whose schedules are gone: a file that is written anew may not be there for a moment.
  private var gone: [Entry] = []
  private var isFirst = true

  init(_ calls: Calls, time: any TimeSource, random: any RandomNumberGenerator = SystemRandomNumberGenerator()) {
    self.calls = calls
    self.time = time
    self.random = random
  }

  /// The next time of all schedules; nil if there is none.
  var next: Date? { entries.compactMap { $0.schedule.next(after: $0.seen) }.min() }

  /// Takes over the schedules as they are now. Those that are new or have changed count from now on; at the first call,
  /// which follows a start of the program, their last times may have been missed.
  func update(_ schedules: [DatasetSchedule]) throws {
    let now = time.now
    gone = gone.filter { now.timeIntervalSince($0.goneAt ?? now) < Self.punctuality }
    // The times since the last look are those of the former schedule.
    for index in entries.indices where !schedules.contains(entries[index].schedule) { try collect(&entries[index]) }
    let former = entries + gone
    entries = []
    for schedule in schedules {
      if var same = former.first(where: { $0.schedule == schedule }) {
        same.goneAt = nil
        entries.append(same)
        continue
      }
      var entry = Entry(schedule: schedule, seen: now)
      if let before = former.first(where: { Self.isSame($0.schedule, schedule) }) {
        // What could not be started yet is due, whatever the later times are.
        (entry.pending, entry.started, entry.knownUntil) = (before.pending, before.started, before.knownUntil)
      }
      if isFirst, let last = schedule.previous(at: now) { try resume(&entry, at: last, now) }
      entries.append(entry)
      let next = schedule.next(after: now).map { "the next time is \(Self.text($0))" } ?? "no time is left"
      try calls.say("\(schedule.title): \(schedule.cron.text) in \(schedule.timeZone); \(next)")
    }
    gone = try former.filter { entry in !schedules.contains { Self.isSame($0, entry.schedule) } }.map { entry in
      guard entry.goneAt == nil else { return entry }
      let lost =
        entry.pending.map {
          "; its run of \(Self.text($0.time)), which is due, is started only if it comes back within a minute"
        } ?? ""
      try calls.say("\(entry.schedule.title): has no schedule any more\(lost)")
      var entry = entry
      entry.goneAt = now
      return entry
    }
    isFirst = false
  }

  private static func isSame(_ left: DatasetSchedule, _ right: DatasetSchedule) -> Bool {
    left.dataset == right.dataset && left.jobType == right.jobType
  }

  /// Looks at the last time before the program was started.
  private func resume(_ entry: inout Entry, at last: Date, _ now: Date) throws {
    guard now.timeIntervalSince(last) >= DatasetSchedule.tolerance else {
      entry.pending = Pending(time: last)
      entry.knownUntil = now
      return
    }
    // Where this is not known, there is nothing to say.
    if (try? calls.wasStarted(entry.schedule, last)) == false { try skip(entry.schedule, last, now) }
  }

  /// Starts what is due.
  /// - Parameter isStopped: true if the program is to end; asked before each start.
  func tick(isStopped: () -> Bool = { false }) throws {
    for index in entries.indices where !isStopped() {
      try collect(&entries[index])
      try attempt(&entries[index])
    }
  }

  /// Finds the times that have passed since the last look: one, unless the program, the machine or the clock paused.
  private func collect(_ entry: inout Entry) throws {
    let now = time.now
    try limit(&entry, to: now)
    guard let last = entry.schedule.previous(at: now), last > entry.seen else { return }
    if let pending = entry.pending { try skip(entry.schedule, pending.time, now) }
    try skipThose(before: last, of: entry, now)
    entry.seen = last
    entry.pending = nil
    if now.timeIntervalSince(last) < DatasetSchedule.tolerance {
      entry.pending = Pending(time: last)
    } else {
      try skip(entry.schedule, last, now)
    }
  }

  /// Makes the times after a moment count again, if the clock was ahead of it by more than one period of the schedule:
  /// else the schedule would rest until the clock is there again, which may take years.
  private func limit(_ entry: inout Entry, to now: Date) throws {
    guard entry.seen > now, let next = entry.schedule.next(after: now), let second = entry.schedule.next(after: next),
      entry.seen.timeIntervalSince(now) > second.timeIntervalSince(next)
    else { return }
    try calls.say(
      "\(entry.schedule.title): the clock was at \(Self.text(entry.seen)) or later and was set back; the times from now on "
        + "count, and none is started twice")
    entry.knownUntil = max(entry.knownUntil, entry.seen)
    entry.seen = now
    if let pending = entry.pending, pending.time > now { entry.pending = nil }
  }

  /// Makes a run that was started due again, because another run of its dataset kept it from beginning.
  func putBack(_ schedule: DatasetSchedule, _ time: Date) throws {
    guard let index = entries.firstIndex(where: { Self.isSame($0.schedule, schedule) }) else {
      return try calls.say(
        "\(schedule.title): skipped \(Self.text(time)): another run was under way, and it has no schedule now")
    }
    guard entries[index].pending == nil, var pending = entries[index].started, pending.time == time else {
      return try skip(schedule, time, self.time.now)
    }
    try delay(&pending, of: schedule, Self.lockBackoff, because: "another run of the dataset is under way")
    entries[index].pending = pending
  }

  /// Reports the times between the last look and the last time.
  private func skipThose(before last: Date, of entry: Entry, _ now: Date) throws {
    var first: Date?
    var newest: Date?
    var count = 0
    var instant = entry.seen
    while let next = entry.schedule.next(after: instant), next < last {
      (first, newest, instant, count) = (first ?? next, next, next, count + 1)
    }
    guard let first, let newest else { return }
    guard count > 1 else { return try skip(entry.schedule, first, now) }
    try calls.say(
      "\(entry.schedule.title): skipped \(count) times, from \(Self.text(first)) to \(Self.text(newest)): they were missed, and "
        + "a later one is due")
  }

  private func skip(_ schedule: DatasetSchedule, _ missed: Date, _ now: Date) throws {
    let late = now.timeIntervalSince(missed)
    let reason =
      late < DatasetSchedule.tolerance
      ? "it was not started, and a later one is due"
      : "it was not started, and is \(elapsed(late)) late, which is 4 hours or more"
    try calls.say("\(schedule.title): skipped \(Self.text(missed)): \(reason)")
  }

  private func attempt(_ entry: inout Entry) throws {
    guard var pending = entry.pending, time.uptime >= pending.notBefore else { return }
    let schedule = entry.schedule
    let late = time.now.timeIntervalSince(pending.time)
    guard late < DatasetSchedule.tolerance else {
      entry.pending = nil
      return try skip(schedule, pending.time, time.now)
    }
    do {
      let isDoubtful = late > Self.punctuality || pending.time <= entry.knownUntil
      let isKnown = try isDoubtful && calls.wasStarted(schedule, pending.time)
      let isStarted = try !isKnown && calls.start(schedule, pending.time)
      entry.pending = nil
      entry.started = pending
      let name = schedule.executionName(at: pending.time)
      let lateness = late > Self.punctuality ? ", \(elapsed(late)) late" : ""
      try calls.say("\(schedule.title): \(name) \(isStarted ? "is started\(lateness)" : "was started before")")
    } catch let error as OutputError {
      throw error
    } catch {
      defer { entry.pending = pending }
      let reason = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
      try delay(&pending, of: schedule, Self.backoff, because: reason)
    }
  }

  private func delay(
    _ pending: inout Pending, of schedule: DatasetSchedule, _ backoff: Backoff, because reason: String
  ) throws {
    pending.attempts += 1
    pending.notBefore = time.uptime + backoff.delay(afterAttempt: pending.attempts, using: &random)
    guard reason != pending.reason else { return }
    pending.reason = reason
    let end = Self.text(pending.time.addingTimeInterval(DatasetSchedule.tolerance))
    try calls.say(
      "\(schedule.title): the run of \(Self.text(pending.time)) could not be started, and is tried again until \(end): "
        + reason)
  }

  private static func text(_ time: Date) -> String { zonedTime(time, in: .gmt) }
}
