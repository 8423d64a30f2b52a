import Testing

/// The lists for contributors: how to add a field, a migration, a source, a sink, a setting.
@Suite("The lists of how to add something")
struct HowToListTests {
  /// A numbered step: its text, with the file that it is in.
  struct Step {
    let text: String
    let path: String

    /// The repository's paths that the step links, without anchors.
    var links: [String] {
      text.matches(of: /\]\(([^)\s#]+)[^)]*\)/).compactMap { DocumentCheck.resolve(String($0.1), from: path) }
    }

    var spans: [String] { text.matches(of: /`([^`]+)`/).map { String($0.1) } }
  }

  private static let repository = Repository.current
  private static let makefile = Makefile(repository.text(of: "Makefile"))

  static let lists = [
    "Sources/README.md#Add an extractor", "Sources/README.md#Add a sink", "Sources/README.md#Add a field",
    "Sources/README.md#Add a setting", "Sources/Sinks/Concerts/README.md#Add a migration",
  ]

  /// Returns the steps of the first numbered list under a heading.
  static func steps(of list: String, in repository: Repository) -> [Step] {
    let parts = list.split(separator: "#").map(String.init)
    let lines = repository.text(of: parts[0]).split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("#") && $0.hasSuffix("# \(parts[1])") }) else { return [] }
    var steps: [String] = []
    for line in lines[(start + 1)...].prefix(while: { !$0.hasPrefix("#") }) {
      if line.hasPrefix("\(steps.count + 1). ") {
        steps.append(String(line))
      } else if line.hasPrefix("   "), !steps.isEmpty {
        steps[steps.count - 1] += " " + line.drop { $0 == " " }
      } else if !steps.isEmpty {
        break
      }
    }
    return steps.map { Step(text: $0, path: parts[0]) }
  }

  /// Returns what is wrong with a step: it links no file, or a name in it is neither in the linked files nor a command.
  static func problems(in step: Step, _ repository: Repository, _ makefile: Makefile) -> [String] {
    let missing = step.links.filter { !repository.contains($0) }.map { "\($0) does not exist" }
    // A document that is linked is the next list; its names are its own.
    let sources = step.links.filter { !$0.hasSuffix(".md") }
    let files = sources.flatMap { link in
      repository.files.contains(link) ? [link] : repository.files.filter { $0.hasPrefix("\(link)/") }.sorted()
    }
    let text = files.map(repository.text(of:)).joined(separator: "\n")
    let unknown = step.spans.filter { span in
      // A placeholder, or a command, which other tests check.
      if span.contains("NAME") { return false }
      if let target = span.wholeMatch(of: /make ([a-z-]+)/) { return !makefile.targets.contains(String(target.1)) }
      return !text.contains(span)
    }
    return missing + unknown.map { "\($0) is in none of \(files.isEmpty ? ["no file"] : sources)" }
      + (step.links.isEmpty ? ["no file is linked"] : [])
  }

  @Test("Each is short, and each step names files that exist and names that are in them", arguments: lists)
  func steps(list: String) {
    let steps = Self.steps(of: list, in: Self.repository)
    #expect((3...6).contains(steps.count), "\(list) has \(steps.count) steps")
    for step in steps {
      for problem in Self.problems(in: step, Self.repository, Self.makefile) {
        Issue.record("\(step.text): \(problem)")
      }
    }
  }

  @Test("CONTRIBUTING.md leads to each of them")
  func contributing() throws {
    let targets =
      Self.repository.markdownFiles().first { $0.path == ".github/CONTRIBUTING.md" }?.links.map(\.text) ?? []
    for list in Self.lists {
      let parts = list.split(separator: "#").map(String.init)
      let anchor = parts[1].lowercased().replacing(" ", with: "-")
      #expect(targets.contains("../\(parts[0])#\(anchor)"), "\(list)")
    }
  }

  @Test("A step with a name, a file or a target that does not exist is found")
  func planted() throws {
    let repository = Repository(
      texts: [
        "README.md":
          "## Add a sink\n\n1. A `Sink` ([there](a.swift)),\n   then `make up`.\n2. `Gone` ([a](a.swift)).\n3. No `file`.\n4. [b](b.swift), `make down`.\n\n1. Else\n",
        "a.swift": "protocol Sink",
      ], folders: [])
    let steps = Self.steps(of: "README.md#Add a sink", in: repository)
    let problems = steps.map { Self.problems(in: $0, repository, Makefile("up:\n\ttrue\n")).count }
    #expect(problems == [0, 1, 2, 2])
  }
}
