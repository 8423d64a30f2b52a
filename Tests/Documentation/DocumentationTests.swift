import Testing

/// The documents of the repository name what exists.
@Suite("Documents")
struct DocumentationTests {
  private static let check = DocumentCheck(.current)
  private static let files = check.documents.values.sorted { $0.path < $1.path }

  @Test("README.md has at most 120 lines, and names the command that runs the tests")
  func readme() throws {
    let readme = try #require(Self.files.first { $0.path == "README.md" })
    #expect(readme.lineCount <= 120)
    #expect(readme.commands.contains { $0.command.name == "make" && $0.command.arguments == ["test"] })
  }

  @Test("Every relative link leads to a file, and to a heading in it", arguments: files.map(\.path))
  func links(path: String) { expectNone(path) { Self.check.links(of: $0) } }

  @Test("Every make command names targets and variables of the Makefile", arguments: files.map(\.path))
  func makeCommands(path: String) { expectNone(path) { Self.check.makeCommands(of: $0) } }

  @Test("Every festvibes command line can be parsed", arguments: files.map(\.path))
  func festvibesCommands(path: String) { expectNone(path) { Self.check.festvibesCommands(of: $0) } }

  @Test("Every option exists", arguments: files.map(\.path))
  func options(path: String) { expectNone(path) { Self.check.options(of: $0) } }

  @Test(
    "Every environment variable is in the project's list, or is read by the Makefile, a workflow or a dataset",
    arguments: files.map(\.path))
  func variables(path: String) { expectNone(path) { Self.check.variables(of: $0) } }

  @Test("Every path of the repository exists", arguments: files.map(\.path))
  func paths(path: String) { expectNone(path) { Self.check.paths(of: $0) } }

  @Test("The documents have enough of each to be checked")
  func isNotEmpty() {
    let commands = Self.files.flatMap(\.commands).map(\.command)
    #expect(Self.files.count >= 10)
    #expect(Self.files.flatMap(\.links).count > 100)
    #expect(commands.filter { $0.name == "make" }.count > 50)
    #expect(commands.filter { $0.name.hasSuffix("festvibes") && !$0.arguments.isEmpty }.count > 15)
    #expect(Self.files.flatMap(DocumentCheck.variables).count > 10)
    #expect(Self.files.flatMap(DocumentCheck.paths).count > 10)
    #expect(Self.check.makefile.targets.isSuperset(of: ["run", "test", "chaos-selftest", "terraform-plan", "help"]))
  }

  @Test("Every exception is needed")
  func exceptions() {
    let variables = Set(Self.files.flatMap(DocumentCheck.variables).map(\.text))
    let paths = Set(Self.files.flatMap(DocumentCheck.paths).map(\.text))
    #expect(variables.isSuperset(of: DocumentCheck.notVariables))
    #expect(paths.isSuperset(of: DocumentCheck.generated.keys))
  }

  private func expectNone(_ path: String, _ problems: (MarkdownFile) -> [DocumentProblem]) {
    guard let file = Self.files.first(where: { $0.path == path }) else { return }
    for problem in problems(file) { Issue.record("\(problem)") }
  }
}
