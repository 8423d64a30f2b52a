import Contracts
import Datasets
import Definitions
import Foundation

/// The datasets of a folder, for `festvibes datasets`: their last runs, and their next ones.
struct DatasetList {
  struct Entry {
    let id: String
    /// Nil if it has a problem.
    let definition: Definition?
    /// Nil if an expression has no value.
    let schedules: [DatasetSchedule]?
  }

  let entries: [Entry]
  let ledger: DatasetLedger
  /// True if something is meant to start the runs of schedules.
  let expectsSchedules: Bool
  let now: Date

  /// - Throws: `ConfigurationInvalid` if the folder cannot be read.
  init(_ settings: Settings, now: Date) throws(PipelineError) {
    let catalog = settings.datasetsWithoutSecrets
    entries = try catalog.ids().map { id in
      let definition = try? catalog.check(id, allowsMissingVariables: true).definition
      return Entry(id: id, definition: definition, schedules: try? definition?.schedules())
    }
    ledger = DatasetLedger(settings, of: entries.compactMap(\.definition?.dataset))
    expectsSchedules = settings.expectsSchedules
    self.now = now
  }

  /// A remark about the ledger; nil if it was read.
  var note: String? {
    ledger.problem.map { "The ledger was not read, so that last runs and freshness are not known: \($0)." }
  }

  func overdue(_ entry: Entry) -> OverdueSchedule? {
    guard expectsSchedules, let activity = ledger.activity[entry.id] else { return nil }
    return .last(of: entry.schedules ?? [], lastRun: activity.startedAt, at: now)
  }

  /// Returns the next time of all schedules of a dataset.
  func next(_ entry: Entry) -> (time: Date, schedule: DatasetSchedule)? {
    let times = (entry.schedules ?? []).compactMap { schedule in
      schedule.next(after: now).map { (time: $0, schedule: schedule) }
    }
    return times.min { $0.time < $1.time }
  }

  func lines(for terminal: Terminal) -> [String] {
    guard !entries.isEmpty else { return ["There is no dataset yet."] }
    let isKnown = ledger.problem == nil
    let known: [TextTable.Column] =
      isKnown ? [.init(title: "last run", rank: 6), .init(title: "outcome"), .init(title: "loaded", rank: 5)] : []
    var table = TextTable(
      [.init(title: "dataset")] + known + [
        .init(title: "next run", rank: 4), .init(title: "items", rank: 3), .init(title: "plugins", rank: 2),
        .init(title: "description", rank: 1),
      ])
    table.rows = entries.map { entry in
      guard let definition = entry.definition else {
        return [.init("✗ \(entry.id)", .red)] + known.map { _ in "" } + [
          .init("it has problems: \(NextStep("check \(NextStep.quoted(entry.id))").command)", .red)
        ]
      }
      return [.init(entry.id)] + (isKnown ? ledgerCells(entry) : []) + [
        nextCell(entry), .init(definition.plan.text("kind") ?? "single"),
        .init(definition.stages.joined(separator: " → ")), .init(definition.description),
      ]
    }
    return table.lines(width: terminal.size?.width, colors: terminal.colors)
      + entries.compactMap { overdue($0)?.sentence } + [note].compactMap(\.self)
  }

  /// The start of the last run, its outcome, and the age of the last load.
  private func ledgerCells(_ entry: Entry) -> [TextTable.Cell] {
    guard let run = ledger.runs[entry.id] else { return ["never", "", ""] }
    let loaded = ledger.activity[entry.id]?.loadedAt.map { Self.age(since: $0, now) } ?? "never"
    return [.init(Self.age(since: run.record.startedAt, now)), run.statusCell(at: now), .init(loaded)]
  }

  private func nextCell(_ entry: Entry) -> TextTable.Cell {
    guard let schedules = entry.schedules else { return .init("its schedule has no value", .red) }
    if let overdue = overdue(entry) { return .init("overdue since \(zonedTime(overdue.time, in: .current))", .red) }
    guard !schedules.isEmpty else { return "no schedule" }
    guard let (time, schedule) = next(entry) else { return "no time is left" }
    return .init(zonedTime(time, in: .current) + (schedule.jobType.map { " (\($0))" } ?? ""))
  }

  /// Formats an age for a person: `3 min ago`, `2 days ago`.
  static func age(since time: Date, _ now: Date) -> String {
    let seconds = max(0, now.timeIntervalSince(time))
    let (count, unit) =
      switch seconds {
      case ..<60: (Int(seconds), "s")
      case ..<3600: (Int(seconds / 60), "min")
      case ..<(48 * 3600): (Int(seconds / 3600), "h")
      default: (Int(seconds / 86_400), "days")
      }
    return "\(count) \(unit) ago"
  }
}

extension Definition {
  /// The names of the plugins, in the order in which a record meets them.
  var stages: [String] {
    [extract.plugin, parse?.plugin].compactMap(\.self) + (normalize == nil ? [] : ["normalize"])
      + transforms.compactMap(\.plugin) + dataset.sinks + dataset.publishers
  }
}
