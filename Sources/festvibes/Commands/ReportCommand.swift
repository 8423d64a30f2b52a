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

        festvibes report --output report.html

      Without --output the page goes to the standard output. Reads the ledger in the database that PG_DATABASE_URL names.

      Exit status: 0 if the page was written, also if it shows problems; 1 if the ledger cannot be read, or the file not \
      written; 64 for invalid arguments.
      """)

  @Option(help: "The file to write. It is replaced as a whole, once the page is there, and stays if it cannot be made.")
  var output: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = try Stores(common.settings()).operationsReport(now: Date())
    let page = Data(OperationsPage(report, reload: .never).bytes)
    guard let output else { return try Output.write(page) }
    do { try page.write(to: URL(filePath: output), options: .atomic) } catch {
      throw CommandError("\(output) cannot be written: \(error.localizedDescription)")
    }
  }
}
