import ArgumentParser
import Foundation

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check each setting and each store, and say what to do.",
    discussion: """
      Reads only, and invokes no function. Each check has 5 seconds. Exit status: 1 if something is wrong.
      """)

  @Flag(help: "Also ask the source's site for its robots.txt.")
  var source = false

  @Flag(help: "Print one object: ok, and checks with name, outcome, detail and next.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = DoctorReport(
      findings: Doctor(settings: common.settings(), dataset: try dataset.resolve(), includesSource: source).findings())
    if json {
      try Output.lines([report.json()])
    } else {
      try Output.lines(report.lines(colors: Terminal.standardOutput().colors), styled: true)
    }
    if report.findings.contains(where: \.isWrong) { throw ExitCode.failure }
  }
}
