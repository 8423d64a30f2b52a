import Contracts
import Datasets
import Foundation
import Ledger
import Loading
import Time

/// The datasets besides one, for commands without `--dataset`: a person who was woken knows the run, or nothing.
struct OtherDatasets {
  private let datasets: [Dataset]
  private let schedules: [DatasetSchedule]

  /// Leaves out a dataset whose definition has a problem: `festvibes datasets` shows it.
  init(_ settings: Settings, besides id: String) {
    let catalog = settings.datasetsWithoutSecrets
    datasets = ((try? catalog.ids()) ?? []).filter { $0 != id }.compactMap { try? catalog.dataset($0) }
    schedules =
      settings.expectsSchedules ? ((try? DatasetSchedules(catalog))?.schedules ?? []).filter { $0.dataset != id } : []
  }

  /// Returns the dataset of a run; nil if the ledger has no such run of these datasets.
  func dataset(ofRun name: String, in ledger: Ledger, deadline: Deadline) throws -> Dataset? {
    try datasets.first { try ledger.run(named: name, of: $0, deadline: deadline) != nil }
  }

  /// Returns the datasets whose last run is over and did not do all its items, each with that run.
  func failures(in ledger: Ledger, deadline: Deadline) throws -> [(dataset: Dataset, run: RunStatus)] {
    try datasets.compactMap { dataset in
      guard let record = try ledger.runs(of: dataset, last: 1, deadline: deadline).first else { return nil }
      let run = RunStatus(
        record: record, items: try ledger.items(ofRun: record.run, of: dataset, deadline: deadline))
      return run.isOver && (run.isFailure || !run.withoutRecords.isEmpty) ? (dataset, run) : nil
    }
  }
}

extension OtherDatasets {
  /// Returns the schedules that are overdue, one for each such dataset.
  func overdue(in ledger: Ledger, at now: Date, deadline: Deadline) throws -> [OverdueSchedule] {
    let groups = Dictionary(grouping: schedules, by: \.dataset)
    guard !groups.isEmpty else { return [] }
    let activity = try ledger.activity(of: Array(groups.keys), deadline: deadline)
    return groups.sorted { $0.key < $1.key }.compactMap { id, schedules in
      .last(of: schedules, lastRun: activity[id]?.startedAt, at: now)
    }
  }
}

extension DatasetOption {
  /// Returns the dataset of a run: without the option the one in which the ledger has it.
  /// - Throws: as `resolve`. A ledger that cannot be read is left to the command, which reads it next.
  func resolve(ofRun name: String?, _ settings: Settings) throws -> Dataset {
    let dataset = try resolve()
    guard let name, dataset.id == Datasets.standardID, settings.hasDatabase else { return dataset }
    let other = try? Stores(settings).loading("festvibes-run", within: .seconds(5)) { loading, deadline in
      try loading.ledger.run(named: name, of: dataset, deadline: deadline) != nil
        ? nil
        : try OtherDatasets(settings, besides: dataset.id).dataset(
          ofRun: name, in: loading.ledger, deadline: deadline)
    }
    return (other ?? nil) ?? dataset
  }
}
