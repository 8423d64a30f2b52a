import ArgumentParser
import Settings

@testable import festvibes

extension DocumentCheck {
  /// The checks with the names of this repository.
  init(_ repository: Repository) {
    let workflows = repository.files.filter { $0.hasPrefix(".github/workflows/") }.map(repository.text(of:))
    let workflowVariables = workflows.flatMap { text in
      text.matches(of: /(?:vars|secrets)\.([A-Z][A-Z0-9_]*)/).map { String($0.1) }
    }
    let definitionVariables = repository.files.filter { $0.hasSuffix("/dataset.yaml") }
      .flatMap { Self.variables(named: repository.text(of: $0)) }
    let documents = repository.markdownFiles()
    self.init(
      repository: repository, makefile: Makefile(repository.text(of: "Makefile")),
      environment: Self.listedVariables.union(workflowVariables).union(definitionVariables),
      documents: Dictionary(uniqueKeysWithValues: documents.map { ($0.path, $0) }),
      festvibesError: Self.parse,
      options: Self.festvibesOptions.union(Self.options(in: repository.text(of: "statemachine/local/stack"))))
  }

  /// The names in the project's list, and those that a summary in it gives as another form of the same setting.
  private static var listedVariables: Set<String> {
    Set(EnvironmentVariable.all.flatMap { [$0.name] + variables(named: $0.summary) })
  }

  /// Returns the words of a text that are names of variables. A definition names secrets without `${…}`.
  private static func variables(named text: String) -> [String] {
    text.matches(of: /[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/).map { String($0.output) }
  }

  @Sendable private static func parse(_ arguments: [String]) -> String? {
    do {
      _ = try FestVibes.parseAsRoot(arguments)
      return nil
    } catch {
      // A request for help or for the version is an error, too, but not a failure.
      return FestVibes.exitCode(for: error) == .success ? nil : FestVibes.message(for: error)
    }
  }

  private static var festvibesOptions: Set<String> {
    let commands = [FestVibes.self as any ParsableCommand.Type] + FestVibes.configuration.subcommands
    return Set(commands.flatMap { options(in: FestVibes.helpMessage(for: $0, columns: 200)) })
  }
}
