import ArgumentParser
import Foundation
import OperationsPage

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the operators' page as an HTML file.",
    discussion: """
      The page that festvibes serve has at /ops, as it is now: what needs a person and the next command, the last runs of \
      all datasets with their causes, a calendar of days, plots with their tables, what is in quarantine, the next scheduled \
      runs. One file, without a script, which loads nothing:

        festvibes report > report.html

      Reads the ledger in the database that PG_DATABASE_URL names.

      Exit status: 0 if the page was written, also if it shows problems; 1 if the ledger cannot be read; 64 for invalid \
      arguments.
      """)

  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = try Stores(common.settings()).operationsReport(now: Date())
    try Output.write(Data(OperationsPage(report, reload: .never).bytes))
  }
}
