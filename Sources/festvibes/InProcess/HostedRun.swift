import Contracts
import Foundation
import Ledger
import Loading
import Time

/// A run that a process does itself, by the ledger: Step Functions does not know it.
struct HostedRun {
  let status: RunStatus
  let dataset: Dataset
  /// True if a process runs the dataset now. Without one an open run does not go on: its process was killed.
  var hasHost = false

  var name: String { status.record.run }
  var isOver: Bool { status.isOver }

  /// Reads a run.
  /// - Parameter option: names the dataset; without it the ledger says of which dataset the run is.
  /// - Returns: nil if it is no run of a process, if the ledger does not have it, or if no database is set.
  static func read(_ name: String, _ settings: Settings, _ option: DatasetOption) throws -> HostedRun? {
    guard settings.hasDatabase, HostRunName.isOfHost(name) else { return nil }
    return try read(name, settings, option.resolve(ofRun: name, settings))
  }

  static func read(_ name: String, _ settings: Settings, _ dataset: Dataset) throws -> HostedRun? {
    try Stores(settings).loading("festvibes-run", within: .seconds(30)) { loading, deadline in
      try read(name, of: dataset, in: loading.ledger, deadline)
    }
  }

  static func read(_ name: String, of dataset: Dataset, in ledger: Ledger, _ deadline: Deadline) throws -> HostedRun? {
    try read(
      of: dataset, from: { try ledger.run(named: name, of: dataset, deadline: deadline) },
      hasHost: { try ledger.hasHost(dataset, deadline: deadline) })
  }

  /// - Parameters:
  ///   - run: reads the run in the ledger.
  ///   - hasHost: returns true if a process runs the dataset now.
  static func read(
    of dataset: Dataset, from run: () throws -> (record: RunRecord, items: [RunItem])?, hasHost: () throws -> Bool
  ) throws -> HostedRun? {
    func found() throws -> HostedRun? {
      guard let (record, items) = try run(), record.isOfHost else { return nil }
      return HostedRun(status: RunStatus(record: record, items: items), dataset: dataset)
    }
    guard var first = try found() else { return nil }
    guard !first.isOver else { return first }
    first.hasHost = try hasHost()
    // A process closes its run before it ends: it may have done both since the run was read.
    return first.hasHost ? first : try found()
  }

  /// Returns the name of the dataset's newest run, if a process does it itself.
  static func newest(of dataset: Dataset, _ settings: Settings) throws -> String? {
    guard settings.hasDatabase, let record = try Stores(settings).newestRun(of: dataset) else { return nil }
    return record.isOfHost ? record.run : nil
  }

  /// The process, for a person.
  var process: String { status.record.process?.words ?? "a process" }

  /// The sentence about a run whose process was killed; nil of any other.
  var abandoned: String? {
    guard !isOver, !hasHost else { return nil }
    return
      "\(TextWidth.cleaned(name)) is open, and no process runs \(dataset.id): \(process) was killed. The next run of "
      + "the dataset closes it."
  }

  func step(_ command: String) -> NextStep { NextStep("\(command) \(NextStep.quoted(name))\(dataset.option)") }

  /// The progress as a run in this process shows it. What the ledger does not have, counts as not begun.
  var progress: RunProgress {
    let record = status.record
    var progress = RunProgress(
      name: name, status: isOver ? .succeeded : .running, startedAt: record.startedAt, endedAt: record.endedAt)
    progress.items = status.items.map { item in
      var state = ItemProgress.State.waiting
      if let failure = item.failure {
        state = .failed(failure.readableFailure, in: failure.stage.map(FailureLocation.stage))
      } else if let load = item.load {
        state = .done(ItemOutcome(load))
      } else if status.state(of: item) == .aborted {
        state = .aborted(in: nil)
      }
      return ItemProgress(item: item.item.id, state: state)
    }
    return progress
  }
}

extension ItemOutcome {
  /// The counts of a load. The ledger does not have those of the cache.
  fileprivate init(_ load: RunItem.Load) {
    let records = load.records
    self.init(
      found: records.found, new: records.new, changed: records.changed, unchanged: records.unchanged,
      rejected: records.rejected, cancelled: records.cancelled ?? 0, pagesFailed: load.pages?.failed ?? 0,
      pagesRead: load.pages?.read ?? 0, superseded: load.isSuperseded ? 1 : 0)
  }
}
