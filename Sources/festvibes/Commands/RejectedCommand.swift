import ArgumentParser
import Foundation

struct RejectedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rejected", abstract: "List the records that could not be loaded, with the reason.",
    discussion: """
      Those that are open: no later document of their date has been loaded. With --run all that the run set aside, and \
      what became of them since. Reads the database in PG_DATABASE_URL.
      """)

  @Option(help: "Of this date only, as 2024-05-31.")
  var date: String?

  @Option(name: .customLong("run"), help: "Of this run.")
  var runName: String?

  @Flag(help: "A JSON list, with the records in full.")
  var json = false

  func validate() throws { _ = try withUsage { try date.map { try RunRange.date($0, of: "--date") } } }

  func run() throws {
    let date = try date.map { try RunRange.date($0, of: "--date") }
    let records = try Stores(Settings()).database("festvibes-rejected") { database, deadline in
      try database.rejections(of: .wwoz, on: date, ofRun: runName, until: deadline)
    }
    let report = RejectedReport(records: records, isOfRun: runName != nil)
    if json { return print(report.json) }
    for line in report.lines(for: .standardOutput()) { print(line) }
  }
}
