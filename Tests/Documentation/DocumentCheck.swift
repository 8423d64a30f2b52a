/// A fault in a document.
struct DocumentProblem: CustomStringConvertible, Equatable {
  let path: String
  let line: Int
  let text: String

  var description: String { "\(path):\(line): \(text)" }
}

/// The checks of a document. They read nothing but what they are given.
struct DocumentCheck: Sendable {
  let repository: Repository
  let makefile: Makefile
  /// The environment variables that the project, its workflows and the definitions of its datasets read.
  let environment: Set<String>
  /// The documents by path, for their anchors.
  let documents: [String: MarkdownFile]
  /// Parses the arguments of `festvibes`. Returns the error message; nil if they are valid.
  let festvibesError: @Sendable ([String]) -> String?
  /// The options of `festvibes` and of the scripts that documents name.
  let options: Set<String>

  /// Every relative link leads to a file or a folder of the repository, and to a heading in it.
  func links(of file: MarkdownFile) -> [DocumentProblem] {
    file.links.compactMap { link in
      guard !link.text.contains(/^[a-z]+:/) else { return nil }
      let parts = link.text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let target = parts[0].isEmpty ? file.path : Self.resolve(parts[0], from: file.path),
        repository.contains(target)
      else { return problem(file, link.line, "the link \(link.text) leads nowhere") }
      guard parts.count == 2 else { return nil }
      guard documents[target]?.anchors.contains(parts[1]) == true else {
        return problem(file, link.line, "the link \(link.text) leads to no heading")
      }
      return nil
    }
  }

  /// Every `make` command names targets that exist and variables that the Makefile, or a program that it starts, reads.
  func makeCommands(of file: MarkdownFile) -> [DocumentProblem] {
    file.commands.filter { $0.command.name == "make" }.flatMap { command, line in
      // -C and -f are followed by a folder or a file.
      let before = [""] + command.arguments
      let arguments = zip(command.arguments, before).filter { $1 != "-C" && $1 != "-f" }.map { $0.0 }
      let words = arguments.map { $0.filter { $0 != "[" && $0 != "]" } }.filter { !$0.hasPrefix("-") }
      let targets = words.filter { !$0.contains("=") && !Placeholders.isPlaceholder($0) }
      var problems = targets.filter { !makefile.targets.contains($0) }.map {
        problem(file, line, "there is no target \($0)")
      }
      for word in command.assignments + words {
        guard let match = word.firstMatch(of: /^([A-Z_]+)=/), !isKnownVariable(String(match.1)) else { continue }
        problems.append(problem(file, line, "the Makefile does not read \(match.1)"))
      }
      return problems
    }
  }

  /// Every `festvibes` command line can be parsed.
  func festvibesCommands(of file: MarkdownFile) -> [DocumentProblem] {
    file.commands.filter { $0.command.name.split(separator: "/").last == "festvibes" }.flatMap { command, line in
      guard let variants = Placeholders.variants(of: command.arguments) else {
        return [problem(file, line, "festvibes \(command.arguments.joined(separator: " ")): unknown placeholder")]
      }
      return variants.compactMap { arguments in
        festvibesError(arguments).map {
          problem(file, line, "festvibes \(arguments.joined(separator: " ")): \($0)")
        }
      }
    }
  }

  /// Every option that stands alone in backticks exists, and so do the options of scripts of the repository.
  func options(of file: MarkdownFile) -> [DocumentProblem] {
    var problems: [DocumentProblem] = []
    for span in file.spans where span.text.hasPrefix("--") {
      for word in span.text.split(separator: " ") where word.hasPrefix("--") {
        let option = String(word.prefix { $0 != "=" })
        if !options.contains(option) { problems.append(problem(file, span.line, "there is no option \(option)")) }
      }
    }
    for (command, line) in file.commands where repository.files.contains(command.name) {
      let known = Self.options(in: repository.text(of: command.name))
      for option in command.arguments where option.hasPrefix("--") && !known.contains(option) {
        problems.append(problem(file, line, "\(command.name) has no option \(option)"))
      }
    }
    return problems
  }

  /// Every environment variable in backticks is one that the project, its workflows, its Makefile or a dataset read.
  func variables(of file: MarkdownFile) -> [DocumentProblem] {
    Self.variables(in: file).filter { !isKnownVariable($0.text) }.map {
      problem(file, $0.line, "nothing reads \($0.text)")
    }
  }

  /// Every path of the repository in backticks or in a code block exists, unless `generated` has it.
  func paths(of file: MarkdownFile) -> [DocumentProblem] {
    Self.paths(in: file).filter { path in
      guard let first = path.text.split(separator: "/").first, repository.contains(String(first)) else { return false }
      return !repository.contains(path.text) && Self.generated[path.text] == nil
    }.map { problem(file, $0.line, "\($0.text) does not exist") }
  }

  /// The options that a program's text or help names.
  static func options(in text: String) -> Set<String> {
    Set(text.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
  }

  /// Paths that documents name and that are not in the repository, with the reason.
  static let generated = [
    "terraform/festvibes.backend.hcl": "made by make bootstrap; names the account",
    "terraform/festvibes.tfvars": "the settings of one deployment",
    "terraform/festvibes-dev.tfvars": "the settings of a stage",
    "terraform/bootstrap/festvibes.tfvars": "the settings of one deployment's bootstrap",
    "terraform/destroy_override.tf": "a copy that lifts a protection",
    "terraform/bootstrap/destroy_override.tf": "a copy that lifts a protection",
  ]

  /// Names that look like environment variables and are not: the first stands for a variable NAME and this ending, the
  /// others are settings of the legacy system.
  static let notVariables: Set = ["NAME_SECRET_ARN", "GOOGLE_MAPS_API_KEY", "TERRAFORM_BACKEND_BUCKET"]

  /// The environment variables that a document names in backticks, `NAME` or `NAME=value`: with an underscore, because
  /// words in capitals without one are placeholders or SQL.
  static func variables(in file: MarkdownFile) -> [MarkdownFile.Piece] {
    file.spans.compactMap { span in
      guard let match = span.text.wholeMatch(of: /([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(=\S*)?/) else { return nil }
      return MarkdownFile.Piece(text: String(match.1), line: span.line)
    }
  }

  static func paths(in file: MarkdownFile) -> [MarkdownFile.Piece] {
    (file.spans + file.codeLines).flatMap { piece in
      piece.text.split { " \"'=,;()".contains($0) }.compactMap { word in
        guard let match = word.wholeMatch(of: /([\w.+-]+(?:\/[\w.+-]+)+)\/?/) else { return nil }
        let isTemplate = match.1.split(separator: "/").contains { Placeholders.isPlaceholder(String($0)) }
        return isTemplate ? nil : MarkdownFile.Piece(text: String(match.1), line: piece.line)
      }
    }
  }

  private func isKnownVariable(_ name: String) -> Bool {
    environment.contains(name) || makefile.variables.contains(name) || Self.notVariables.contains(name)
  }

  private func problem(_ file: MarkdownFile, _ line: Int, _ text: String) -> DocumentProblem {
    DocumentProblem(path: file.path, line: line, text: text)
  }

  /// Returns the path, relative to the root, that a link in a file leads to; nil if it leaves the repository.
  static func resolve(_ link: String, from path: String) -> String? {
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/") where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }
}
