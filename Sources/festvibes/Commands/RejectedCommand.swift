import ArgumentParser
import Contracts
import Foundation

struct RejectedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejected", abstract: "List the records that could not be loaded, with the reasons.",
    discussion: """
      Lists the records in quarantine: no later document of their date has resolved them. With --run it lists every \
      record that the run rejected, resolved or not. Reads the database in PG_DATABASE_URL.
      """)

  @Option(help: "Only this date, as 2024-05-31.")
  var date: String?

  @Option(name: .customLong("run"), help: "Only this run.")
  var runName: String?

  @Flag(help: "Print a JSON list, with the records in full.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try withUsage { try date.map { try RunRange.date($0, of: "--date") } } }

  func run() throws {
    let date = try date.map { try RunRange.date($0, of: "--date") }
    let dataset = try dataset.resolve()
    let records = try Stores(common.settings()).loading("festvibes-rejected") { loading, deadline in
      try loading.ledger.rejections(of: dataset, item: date?.description, ofRun: runName, deadline: deadline)
    }
    let report = RejectedReport(records: records, dataset: dataset, isOfRun: runName != nil)
    if json { return print(report.json) }
    for line in report.lines(for: .standardOutput()) { print(line) }
  }
}
