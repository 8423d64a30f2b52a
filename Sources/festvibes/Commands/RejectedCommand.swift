import ArgumentParser
import Contracts
import Foundation

struct RejectedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejected", abstract: "List the records that could not be loaded, with the reasons.",
    discussion: """
      Lists the records in quarantine: no later document of their item has resolved them. With --run it lists every \
      record that the run rejected, resolved or not. Reads the database in PG_DATABASE_URL.
      """)

  @Option(help: "Only this date, as 2024-05-31.")
  var date: String?

  @Option(help: "Only this work item; for a dataset of days, a date.")
  var item: String?

  @Option(name: .customLong("run"), help: "Only this run.")
  var runName: String?

  @Flag(help: "Do not cut texts, and show each record's document and position.")
  var wide = false

  @Flag(help: "Print a JSON list, with the records in full.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard date == nil || item == nil else { throw ValidationError("give either --date or --item") }
    _ = try withUsage { try date.map { try RunRange.date($0, of: "--date") } }
    if date != nil, try !dataset.resolve().hasDates {
      throw ValidationError("dataset \(dataset.dataset) has no dates: --item chooses an item")
    }
  }

  func run() throws {
    let item = try date.map { try RunRange.date($0, of: "--date").description } ?? item
    let settings = common.settings()
    let dataset = try dataset.resolve(ofRun: runName, settings)
    // A run was done: that its dataset can do without a database may be unknown without --dataset.
    if let reason = settings.reasonWithoutLedger,
      settings.isLedgerOff || runName != nil || settings.isWithoutDatabase(dataset)
    {
      let run = runName.map { " --run \(NextStep.quoted($0))" } ?? ""
      throw CommandError(
        "no ledger: \(reason). Rejected records are only in the log of their run\n"
          + NextStep("logs\(run)\(dataset.option)").line)
    }
    let records = try Stores(settings).loading("festvibes-rejected") { loading, deadline in
      let ledger = try loading.ledger
      let records = try ledger.rejections(of: dataset, item: item, ofRun: runName, deadline: deadline)
      // A mistyped name must not look like a run without rejections.
      if records.isEmpty, let runName, try ledger.run(named: runName, of: dataset, deadline: deadline) == nil {
        throw CommandError(
          "the ledger has no run '\(runName)' of the dataset \(dataset.id)\n\(NextStep("status\(dataset.option)").line)"
        )
      }
      return records
    }
    let report = RejectedReport(records: records, dataset: dataset, isOfRun: runName != nil, isWide: wide)
    if json { return try Output.lines([report.json]) }
    try Output.lines(report.lines(for: .standardOutput()), styled: true)
  }
}
