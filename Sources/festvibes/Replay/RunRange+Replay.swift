import Contracts
import Foundation
import Ledger
import Loading

extension RunRange {
  /// Returns, of the whole plan of a dataset without dates, the items that a run had: other items have no archive to
  /// replay. Another range is returned as it is.
  /// - Parameter run: the run's name; nil for the newest that read the source.
  /// - Throws: `CommandError` if the ledger has no such run, or if the run had no item of the plan.
  func narrowed(toItemsOf run: String?, in dataset: Dataset, _ settings: Settings) throws -> RunRange {
    guard case .plan(let items, isWhole: true) = self, settings.hasDatabase else { return self }
    let record = try Stores(settings).loading("festvibes-replay", within: .seconds(10)) { loading, deadline in
      if let run { return try loading.ledger.run(named: run, of: dataset, deadline: deadline)?.record }
      return try loading.ledger.runs(of: dataset, last: 100, deadline: deadline).first {
        $0.trigger != .replay && !$0.items.isEmpty
      }
    }
    guard let record else {
      throw CommandError(
        run.map {
          "the ledger has no run '\($0)' of the dataset \(dataset.id)\n\(NextStep("status\(dataset.option)").line)"
        }
          ?? "dataset \(dataset.id) was not run yet\n\(NextStep("run\(dataset.option)").line)")
    }
    let ids = Set(record.items.map(\.id))
    // A run may have been of other months than one of today.
    let isOfMonths = items.first?.parameters["YYYY"] != nil
    let chosen =
      isOfMonths
      ? ids.sorted().compactMap { CalendarMonth($0).map(WorkItem.init(month:)) } : items.filter { ids.contains($0.id) }
    guard !chosen.isEmpty else {
      throw CommandError(
        "\(record.run) had none of the items that the plan of \(dataset.id) has now: name items with --item")
    }
    return .plan(chosen, isWhole: chosen == items)
  }
}
