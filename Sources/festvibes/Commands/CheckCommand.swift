import ArgumentParser
import Contracts
import Datasets
import Definitions
import Foundation
import Settings

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the definitions of datasets.",
    discussion: """
      Prints each problem as file:line:column: key: what is wrong, what is allowed; the plan and its profiles with \
      their schedules; and the variables that a definition names, with their defaults, without values. Filters of jq are compiled, if libjq is there. A variable without a value is no problem here: the functions may have \
      one. Reads files and the environment only. Exit status: 1 if there is a problem.
      """)

  @Argument(help: ArgumentHelp("Datasets' ids, or files; by default all datasets.", valueName: "id|file"))
  var names: [String] = []

  @Flag(
    help: """
      Print one object: ok, no_ledger, and datasets with id, file, ok, problems, plans, triggers, left_out, database_needs \
      and variables.
      """)
  var json = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let settings = common.settings()
    let catalog = settings.datasetsWithoutSecrets
    let wanted: [String]
    do { wanted = try names.isEmpty ? catalog.ids() : names } catch { throw CommandError(error.message) }
    let checks = try wanted.map { try check($0, catalog, settings.environment) }
    let isValid = checks.allSatisfy(\.isValid)
    if json {
      let reason = RunObject.nullable(settings.reasonWithoutLedger)
      try Output.lines([JSONText.line(["ok": isValid, "no_ledger": reason, "datasets": checks.map(\.fields)])])
    } else {
      let colors = Terminal.standardOutput().colors
      try Output.lines(checks.flatMap { $0.lines(colors: colors) }, styled: true)
      if let line = Self.withoutLedger(checks, settings.reasonWithoutLedger) { try Output.lines([line]) }
      if checks.isEmpty { Output.errorLine("There is no dataset in \(catalog.folder.path).") }
    }
    if !isValid { throw ExitCode.failure }
  }

  /// The line for an environment without a database: what runs there nonetheless, and why others do not.
  /// - Returns: nil if there is a database, or if every dataset needs one, which nobody would then be without on purpose.
  static func withoutLedger(_ checks: [DefinitionCheck], _ reason: String?) -> String? {
    guard let reason else { return nil }
    let datasets = checks.compactMap { check in check.dataset.map { ($0.id, check.databaseNeeds) } }
    let free = datasets.filter(\.1.isEmpty).map(\.0)
    guard !free.isEmpty else { return nil }
    let bound = datasets.filter { !$0.1.isEmpty }.map { "\($0.0) (\($0.1.joined(separator: ", ")))" }
    return "No ledger: \(reason). \(free.joined(separator: ", ")) can run without one"
      + (bound.isEmpty ? "" : "; not \(bound.joined(separator: ", "))")
  }

  private func check(
    _ name: String, _ catalog: DatasetCatalog, _ environment: [String: String]
  ) throws -> DefinitionCheck {
    do throws(PipelineError) {
      guard name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") else {
        let read = try catalog.check(name, allowsMissingVariables: true)
        return DefinitionCheck(catalog.folder.file(of: name), read, environment: environment)
      }
      guard let text = try DatasetFolder.read(name) else {
        throw PipelineError(.configurationInvalid, "there is no file \(name)")
      }
      let read = try catalog.check(text, of: name, id: id(of: name, in: catalog), allowsMissingVariables: true)
      return DefinitionCheck(name, read, environment: environment)
    } catch {
      if error.name == .invalidInput { throw ValidationError(error.message) }
      throw CommandError(error.message)
    }
  }

  /// Returns the id that a file must have: the name of its folder, if that is one of the datasets.
  private func id(of file: String, in catalog: DatasetCatalog) -> String? {
    let path = URL(filePath: file).resolvingSymlinksInPath()
    let folder = path.deletingLastPathComponent()
    let datasets = URL(filePath: catalog.folder.path).resolvingSymlinksInPath()
    guard path.lastPathComponent == "dataset.yaml", folder.deletingLastPathComponent().path == datasets.path else {
      return nil
    }
    return folder.lastPathComponent
  }
}
