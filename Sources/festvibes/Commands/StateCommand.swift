import ArgumentParser
import Contracts
import Definitions
import Foundation
import Time

struct StateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state", abstract: "Show up to where each item of a dataset is loaded, or start one again.",
    discussion: """
      A dataset with extract.incremental has a checkpoint for each work item: the greatest cursor of what is loaded. The \
      next run reads from there. --reset removes the checkpoint of one item at once, so that its next run reads \
      everything; stored rows stay. It does not change a run that has begun.

      A dataset of time series, with the sink s3_versioned and `state`, has the time of the last loaded point of each \
      series instead. Nothing is left out of a load because of it; --reset only replaces a state that cannot be read.

      A document that a run had stored and that could not be loaded three times is set aside; it is shown with the \
      reason and with what to do.

      Reads PG_DATABASE_URL, and for a dataset whose state is s3 the bucket, as the functions do. Without \
      PG_DATABASE_URL such a dataset's documents are not shown.

      Exit status: 0 if no item's last run failed and no document is set aside; 1 otherwise, if the dataset has no checkpoints or no such item, or if \
      the checkpoints cannot be read; 64 for invalid arguments.
      """)

  @Argument(help: "The dataset's id.")
  var dataset: String

  @Option(help: "The id of an item whose checkpoint is removed; that of a dataset with one item is all.")
  var reset: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try DatasetOption.named(dataset).resolve() }

  func run() throws {
    let settings = common.settings()
    let stores = Stores(settings)
    let dataset = try DatasetOption.named(self.dataset).resolve()
    let items = try items()
    let deadline = Deadline(after: .seconds(30), on: SystemTime())
    let store = try stores.checkpoints(of: dataset, folder: settings.datasets.folder.folder(of: dataset.id))
    if let item = items.first, reset != nil {
      guard let name = dataset.stateName(of: item) else { return }
      let before = try stores.withHint { try store.reset(name, deadline: deadline) }
      let report = ResetReport(dataset: dataset, item: item, before: before)
      return try Output.lines([json ? report.json() : report.line])
    }
    let states = try stores.withHint {
      try store.states(of: items.compactMap(dataset.stateName), deadline: deadline)
    }
    let report = StateReport(
      dataset: dataset, items: items.map { item in (item, dataset.stateName(of: item).flatMap { states[$0] }) },
      setAside: try setAside(of: dataset, settings, stores, deadline))
    try Output.lines(json ? [report.json()] : report.lines(for: .standardOutput(), zone: .current), styled: !json)
    if report.hasFailure { throw ExitCode.failure }
  }

  /// Documents are in the ledger, also where the checkpoints are not: whoever reads only the bucket does not see them.
  private func setAside(
    of dataset: Dataset, _ settings: Settings, _ stores: Stores, _ deadline: Deadline
  ) throws -> [SetAsideDocument] {
    guard dataset.state != nil, settings.hasDatabase || dataset.state?.kind == .postgres else { return [] }
    return try stores.withHint {
      try stores.loading("festvibes-state").ledger.setAside(in: dataset, deadline: deadline)
    }
  }

  /// The items that are shown, or the one that is reset.
  /// - Throws: `CommandError` for a dataset without checkpoints, and for an item that it does not have.
  private func items() throws -> [WorkItem] {
    let option = DatasetOption.named(dataset)
    let dataset = try option.resolve()
    guard dataset.kept != nil else {
      throw CommandError(
        "dataset \(dataset.id) has no checkpoints: its definition has no extract.incremental, and no `state` with the sink "
          + "s3_versioned")
    }
    let plan = try option.plan()
    let request = PlanRequest(items: reset.map { [$0] })
    let zone = try dataset.timeZoneRules()
    do throws(PipelineError) {
      return try plan.response(to: request, of: dataset.id) { () throws(PipelineError) in zone.localDate(at: Date()) }
        .items
    } catch { throw CommandError(error.message) }
  }
}
