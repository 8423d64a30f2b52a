import Testing

/// Each check finds a fault that is planted, and accepts the same text without it.
@Suite("Faults planted in documents")
struct PlantedFaultTests {
  private static let other = MarkdownFile(path: "docs/other.md", text: "# The other one\n\n## Twice\n\n## Twice\n")

  private static let check = DocumentCheck(
    repository: Repository(
      texts: [
        "README.md": "", "docs/other.md": "", "Sources/Core/HTTP.swift": "", "tools/stack": "up|down) --home) shift ;;",
      ], folders: ["docs", "Sources", "Sources/Core", "tools"]),
    makefile: Makefile(
      """
      DAYS ?= 7
      range = --days $(DAYS)
      .PHONY: phantom
      run up: install
      \t@echo $(if $(ONLY),x) $${EVENT:+y}
      # ghost: a comment
      stack := statemachine/local/stack
      """),
    environment: ["BASE_URL"], documents: [other.path: other],
    festvibesError: { $0.first == "wrong" ? "no such command" : nil }, options: ["--dry-run"])

  @Test(
    arguments: [
      ("[a](docs/other.md)", "[a](docs/another.md)"),
      ("[a](docs/other.md#twice-1)", "[a](docs/other.md#twice-2)"),
      ("[a](docs/other.md#the-other-one)", "[a](docs/other.md#the-other)"),
      ("[a](docs), [b](https://example.com/nowhere)", "[a](doc), [b](https://example.com)"),
      ("[`a`](Sources/Core/HTTP.swift)", "[`a`](Sources/HTTP.swift)"),
      ("[a](docs/../README.md)", "[a](../README.md)"),
    ])
  func links(sound: String, faulty: String) { expect(sound, faulty) { Self.check.links(of: $0) } }

  @Test(
    arguments: [
      ("`make run`", "`make ran`"),
      ("`make run DAYS=3`", "`make run DAY=3`"),
      ("    make up ONLY=x EVENT=y # comment", "    make up ONLY=x EVENTS=y # comment"),
      ("```\nBASE_URL=x make run\n```", "```\nBASE=x make run\n```"),
      ("    for x in a b; do make run; done", "    for x in a b; do make walk; done"),
      ("`make`", "`make phantom`"),
      ("`make -j -C ../before run`", "`make -C ../before ghost`"),
    ])
  func makeCommands(sound: String, faulty: String) {
    expect(sound, faulty) { Self.check.makeCommands(of: $0) }
  }

  @Test(
    arguments: [
      ("`festvibes right DATE`", "`festvibes wrong DATE`"),
      ("`festvibes right DATE [LAST]`", "`festvibes right DATES [LAST]`"),
      ("    .build/release/festvibes right $day", "    .build/release/festvibes wrong $day"),
    ])
  func festvibesCommands(sound: String, faulty: String) {
    expect(sound, faulty) { Self.check.festvibesCommands(of: $0) }
  }

  @Test(
    arguments: [
      ("`--dry-run`", "`--wet-run`"), ("`--dry-run --dry-run`", "`--dry-run --wet-run`"),
      ("`tools/stack --home x up`", "`tools/stack --hom x up`"),
    ])
  func options(sound: String, faulty: String) { expect(sound, faulty) { Self.check.options(of: $0) } }

  @Test(arguments: [("`BASE_URL`", "`BASE_URI`"), ("`BASE_URL=x`", "`BASE_URI=x`")])
  func variables(sound: String, faulty: String) { expect(sound, faulty) { Self.check.variables(of: $0) } }

  @Test(
    arguments: [
      ("`Sources/Core/HTTP.swift`", "`Sources/Core/HTP.swift`"),
      ("    cat docs/other.md", "    cat docs/otter.md"),
      ("`elsewhere/file`, `Sources/NAME`", "`Sources/Name`"),
    ])
  func paths(sound: String, faulty: String) { expect(sound, faulty) { Self.check.paths(of: $0) } }

  @Test("A command's optional arguments are parsed with and without them")
  func placeholders() {
    #expect(
      Placeholders.variants(of: ["replay", "DATE", "[LAST]", "[--run", "RUN]"]) == [
        ["replay", "2024-05-31", "2024-06-02", "--run", "cli-20240531T080000Z-4f2a"], ["replay", "2024-05-31"],
      ])
    #expect(Placeholders.variants(of: ["replay", "SOMEDAY"]) == nil)
  }

  @Test("Headings, links and spans in code blocks are code, and a block ends with its fence")
  func codeBlocks() {
    let file = MarkdownFile(
      path: "a.md",
      text: "```sh\n# no heading\n[a](b) `c`\n```\n`d`\n\n    # no heading\n    make \\\n      run\n\n- item\n    `e`\n"
    )
    #expect(file.anchors.isEmpty && file.links.isEmpty)
    #expect(file.spans.map(\.text) == ["d", "e"])
    #expect(file.commands.map(\.command.name) == ["[a]", "b", "`c`", "make", "d", "e"])
    #expect(file.lineCount == 12)
  }

  private func expect(
    _ sound: String, _ faulty: String, problems: (MarkdownFile) -> [DocumentProblem]
  ) {
    #expect(problems(MarkdownFile(path: "README.md", text: sound)) == [])
    #expect(problems(MarkdownFile(path: "README.md", text: faulty)).count == 1)
  }
}
